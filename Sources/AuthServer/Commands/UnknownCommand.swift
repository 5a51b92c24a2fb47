import ArgumentParser

/// A word where a command is expected, and that is none. ArgumentParser would take it for an argument of `serve`.
package struct UnknownCommand: Equatable, Sendable {
    /// One line for stderr: the commands that there are, and the one that was probably meant.
    package let line: String

    /// nil where `arguments`, the program's name left out, name a command or begin with an option.
    package init?(in arguments: some Sequence<String>) {
        guard let line = Self.line(Array(arguments)) else { return nil }
        self.line = line
    }

    private static func line(_ arguments: [String]) -> String? {
        var configuration = JWKSServer.configuration
        var path: [String] = []
        for word in arguments {
            let commands = configuration.subcommands.map { (name: name(of: $0), configuration: $0.configuration) }
            guard !commands.isEmpty, !word.hasPrefix("-"), !(path.isEmpty && word == "help") else { return nil }
            guard let next = commands.first(where: { $0.name == word }) else {
                return line(path, word, among: commands.map(\.name))
            }
            configuration = next.configuration
            path.append(word)
        }
        return nil
    }

    private static func line(_ path: [String], _ word: String, among names: [String]) -> String {
        let given = (path + [word]).joined(separator: " ").escapingControlCharacters()
        let nearest = (path + [nearestName(to: word, among: names) ?? "serve"]).joined(separator: " ")
        return "\(given) is not a command: did you mean \(nearest)? the commands are \(names.joined(separator: ", "))"
    }

    /// As it is written, which ArgumentParser derives from the type's name and keeps to itself.
    private static func name(of command: any ParsableCommand.Type) -> String {
        let configuration = command.configuration
        if let name = configuration.commandName { return name }
        return String(describing: command).reduce(into: "") { name, character in
            if character.isUppercase, !name.isEmpty { name += "-" }
            name += character.lowercased()
        }
    }
}

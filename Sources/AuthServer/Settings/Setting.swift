import ArgumentParser

/// What an operator reads of a setting: its name, its help and what it is without being set.
package struct SettingDefinition: Sendable {
    /// The environment variable, `JWKS_PORT`. The command-line option follows from it: see ``optionName``.
    package let name: String
    /// What the setting is for: one line for `--help`, without the full stop.
    package let help: String
    /// The value that holds when nothing is set, or words that say what holds then.
    package let defaultText: String
    /// Whether `NAME_FILE` may name a file that holds the value: for what may contain a password.
    package let canBeInFile: Bool

    /// The command-line option without its dashes: `token-lifetime` for `JWKS_TOKEN_LIFETIME`.
    package var optionName: String {
        name.dropFirst("JWKS_".count).lowercased().split(separator: "_").joined(separator: "-")
    }
    /// The variable that names a file; nil where there is none.
    var fileName: String? { canBeInFile ? name + "_FILE" : nil }
}

/// A setting of one type: everything that is to be known about it, but for where its value came from.
package struct Setting<Value>: Sendable {
    /// Name, help and default.
    package let definition: SettingDefinition
    let format: SettingFormat<Value>

    /// A setting whose default is written like any other value of it.
    init(_ name: String, _ help: String, default text: String, _ format: SettingFormat<Value>, inFile: Bool = false) {
        definition = SettingDefinition(name: name, help: help, defaultText: text, canBeInFile: inFile)
        self.format = format
    }

    /// A setting whose default depends on others or on the machine: ``SettingsReader/value(of:otherwise:)`` is told it.
    init(_ name: String, _ help: String, otherwise words: String, _ format: SettingFormat<Value>) {
        definition = SettingDefinition(name: name, help: help, defaultText: words, canBeInFile: false)
        self.format = format
    }

    /// The line of `--help`.
    var optionHelp: ArgumentHelp { "\(definition.help) (\(definition.name))." }

    /// Reads a value.
    /// - Throws: ``SettingsError`` naming the setting, the text and the remedy.
    func parse(_ text: String) throws -> Value {
        switch format.parse(text) {
        case .success(let value): return value
        case .failure(let remedy): throw SettingsError("\(definition.name) is \"\(text)\": \(remedy.text)")
        }
    }
}

/// A setting that is wrong: one line that names it and the remedy. The process exits with 78 (EX_CONFIG).
package struct SettingsError: Error, Equatable, CustomStringConvertible {
    /// The line.
    package let description: String

    /// - Parameter description: the line, without a secret.
    init(_ description: String) { self.description = description }
}

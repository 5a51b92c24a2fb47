package import AuthCore
import Foundation

/// Looks a setting up: command-line option, environment variable, `.env`, in this order.
package struct SettingsReader {
    /// What the command line said, by the name of the variable.
    private let options: [String: String]
    /// The environment, then the file: names to values.
    private let sources: [[String: String]]
    private let environmentFile: String

    /// - Parameters:
    ///   - options: what the command line said, by the name of the variable.
    ///   - environment: the process's variables.
    ///   - directory: where `.env` is looked for.
    /// - Throws: ``SettingsError`` for a `JWKS_…` or `NOT_MY_KEY…` name that does not exist, and for a `.env` that
    ///   cannot be read.
    package init(options: [String: String] = [:], environment: [String: String], directory: String) throws {
        self.options = options
        environmentFile = directory + "/.env"
        sources = [environment, try Self.file(environmentFile)]
        try refuseUnknownNames()
    }

    /// The value of a setting, or its default.
    /// - Throws: ``SettingsError`` when it is malformed.
    func value<Value>(of setting: Setting<Value>) throws -> Value {
        try setting.parse(text(of: setting.definition) ?? setting.definition.defaultText)
    }

    /// The value of a setting whose default is not a fixed one.
    /// - Throws: ``SettingsError`` when it is malformed.
    func value<Value>(of setting: Setting<Value>, otherwise value: @autoclosure () -> Value) throws -> Value {
        try text(of: setting.definition).map(setting.parse) ?? value()
    }

    /// A secret, or what is in the file named for it; nil when neither is set.
    /// - Throws: ``SettingsError`` when it is empty, set twice, or its file cannot be read.
    package func secret(_ setting: SecretSetting) throws -> Secret? {
        guard let (name, text) = try valueOrFile(setting.rawValue, setting.fileName) else { return nil }
        guard !text.isEmpty else { throw SettingsError("\(name) is empty: give the secret that protects the keys") }
        return Secret(text)
    }

    /// Where a secret comes from; nil when it is not set.
    func place(of setting: SecretSetting) -> SecretPlace? { place(setting.rawValue, setting.fileName) }

    /// Where the value of a setting comes from, but for an option; nil for its default.
    func place(of definition: SettingDefinition) -> SecretPlace? { place(definition.name, definition.fileName) }

    private func place(_ name: String, _ fileName: String?) -> SecretPlace? {
        for (source, place) in zip(sources, [SecretPlace.environment, .environmentFile(path: environmentFile)]) {
            if source[name] != nil { return place }
            if let path = fileName.flatMap({ source[$0] }) { return .file(path: path) }
        }
        return nil
    }

    /// `.env` where there is one, and the files that are named for secrets and for settings that may hold one.
    var files: [SecretPlace] {
        let names = SecretSetting.allCases.map(\.fileName) + Settings.definitions.compactMap(\.fileName)
        let named = names.compactMap { name in sources.lazy.compactMap { $0[name] }.first }
        let isThere = FileManager.default.fileExists(atPath: environmentFile)
        return (isThere ? [.environmentFile(path: environmentFile)] : []) + named.map { .file(path: $0) }
    }

    /// What the command line says, without a look at anything else.
    func option(_ definition: SettingDefinition) -> String? { options[definition.name] }

    /// What a setting was set to, unread; nil where its default holds.
    /// - Throws: ``SettingsError`` as ``secret(_:)``.
    func text(of definition: SettingDefinition) throws -> String? {
        if let option = option(definition) { return option }
        guard let (name, text) = try valueOrFile(definition.name, definition.fileName) else { return nil }
        guard !text.isEmpty || definition.fileName == nil else {
            throw SettingsError("\(name) is empty: give it a value or leave it out")
        }
        return text
    }

    /// The value of `name`, or the text of the file that `fileName` names, without the line end that editors add.
    /// - Returns: with it the variable that gave it.
    private func valueOrFile(_ name: String, _ fileName: String?) throws -> (name: String, text: String)? {
        for source in sources {
            switch (source[name], fileName.flatMap { variable in source[variable].map { (variable, $0) } }) {
            case (_?, let (variable, _)?): throw SettingsError("\(name) and \(variable) are both set: keep one")
            case (let text?, nil): return (name, text)
            case (nil, let (variable, path)?):
                guard let text = TextFile.read(path) else {
                    throw SettingsError("\(variable) names a file that cannot be read as text: \(path)")
                }
                return (variable, text.hasSuffix("\n") ? String(text.dropLast()) : text)
            case (nil, nil): continue
            }
        }
        return nil
    }

    private func refuseUnknownNames() throws {
        let (settings, secrets) = (Settings.definitions, SecretSetting.allCases)
        let files = secrets.map(\.fileName) + settings.compactMap(\.fileName)
        let known = settings.map(\.name) + secrets.map(\.rawValue) + files
        for name in sources.flatMap(\.keys).sorted() where name.hasPrefix("JWKS_") || name.hasPrefix("NOT_MY_KEY") {
            guard !known.contains(name) else { continue }
            let nearest = nearestName(to: name, among: known) ?? "JWKS_PORT"
            throw SettingsError("\(name) is not a setting: did you mean \(nearest)?")
        }
    }

    private static func file(_ path: String) throws -> [String: String] {
        guard FileManager.default.fileExists(atPath: path) else { return [:] }
        guard let text = TextFile.read(path) else {
            throw SettingsError(".env cannot be read: check that it is a text file and its mode")
        }
        return try EnvironmentFile.parse(text, path: ".env")
    }
}

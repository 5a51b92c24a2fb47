/// A setting as it holds, and where its value comes from: for `config print`.
package struct SettingListing: Equatable, Sendable {
    /// The environment variable.
    package let name: String
    /// As it would be written; of a secret, and of what may hold one, no more than that it is set.
    package let value: String
    /// `option --port`, `environment`, `.env`, `file PATH` or `default`.
    package let source: String
}

extension Settings {
    /// Every setting and every secret, in the order of `--help`.
    /// - Parameter reader: the one that the settings were read with.
    /// - Throws: ``SettingsError`` as a start would.
    package func listing(_ reader: SettingsReader) throws -> [SettingListing] {
        let secrets = try SecretSetting.allCases.map { secret in
            SettingListing(
                name: secret.rawValue, value: try reader.secret(secret) == nil ? "not set" : "set",
                source: reader.place(of: secret)?.text ?? "-")
        }
        return secrets
            + (try Self.definitions.map { definition in
                SettingListing(
                    name: definition.name, value: try value(of: definition, reader),
                    source: reader.option(definition).map { _ in "option --\(definition.optionName)" }
                        ?? reader.place(of: definition)?.text ?? "default")
            })
    }

    private func value(of definition: SettingDefinition, _ reader: SettingsReader) throws -> String {
        // Where the data live, without the password that the URL may hold.
        if definition.name == DatabaseSettings.address.definition.name { return database.address.place }
        if let text = try reader.text(of: definition) { return definition.canBeInFile ? "set" : text }
        return computedDefaults[definition.name] ?? definition.defaultText
    }

    /// Of the settings whose default is words.
    private var computedDefaults: [String: String] {
        [
            TokenSettings.audience.definition.name: tokens.audience,
            PasswordSettings.threads.definition.name: String(passwords.threads),
            RateLimitSettings.scope.definition.name: rateLimits.wholeFleet ? "fleet" : "node",
        ]
    }
}

extension SecretPlace {
    fileprivate var text: String {
        switch self {
        case .environment: "environment"
        case .environmentFile: ".env"
        case .file(let path): "file \(path)"
        }
    }
}

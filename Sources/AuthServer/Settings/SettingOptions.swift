import ArgumentParser
import Foundation

/// The options of one area: properties that are called like their option, `tokenLifetime` for `--token-lifetime`.
protocol SettingOptionGroup: ParsableArguments {}

extension SettingOptionGroup {
    /// What the command line said, by option name: read from the properties as ArgumentParser itself does, so that a
    /// setting is named once and not in a list beside.
    var given: [String: String] {
        let pairs = Mirror(reflecting: self).children.compactMap { label, value -> (String, String)? in
            guard let label, let text = (value as? Option<String?>)?.wrappedValue else { return nil }
            return (Self.optionName(label), text)
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// `token-lifetime` for `_tokenLifetime`, the storage of a wrapped property.
    private static func optionName(_ label: String) -> String {
        label.drop { $0 == "_" }.reduce(into: "") { name, character in
            name += character.isUppercase ? "-" + character.lowercased() : String(character)
        }
    }
}

/// The settings as options: each wins over its environment variable and over `.env`.
package struct SettingOptions: ParsableArguments {
    @OptionGroup(title: "Listening") var listener: ListenerSettings.Options
    @OptionGroup(title: "TLS") var tls: TLSSettings.Options
    @OptionGroup(title: "Database") var database: DatabaseSettings.Options
    @OptionGroup(title: "Tokens") var tokens: TokenSettings.Options
    @OptionGroup(title: "Rate limits") var rateLimits: RateLimitSettings.Options
    @OptionGroup(title: "Password hashes") var passwords: PasswordSettings.Options
    @OptionGroup(title: "Signing keys") var keys: KeySettings.Options
    @OptionGroup(title: "Sessions") var sessions: SessionSettings.Options
    @OptionGroup(title: "Accounts") var accounts: AccountSettings.Options
    @OptionGroup(title: "Pages") var pages: PageSettings.Options
    @OptionGroup(title: "Audit log") var audit: AuditSettings.Options
    @OptionGroup(title: "Log") var logging: LogSettings.Options
    @OptionGroup(title: "Metrics") var metrics: MetricsSettings.Options

    /// For ArgumentParser, which fills in the rest.
    package init() {}

    /// What the command line said, by the name of the variable.
    package var given: [String: String] {
        let groups: [any SettingOptionGroup] = [
            listener, tls, database, tokens, rateLimits, passwords, keys, sessions, accounts, pages, audit, logging,
            metrics,
        ]
        let texts = groups.map(\.given).reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        let pairs = Settings.definitions.compactMap { definition in
            texts[definition.optionName].map { (definition.name, $0) }
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    /// What the command line, the environment and `.env` say together.
    /// - Throws: ``SettingsError`` as ``SettingsReader/init(options:environment:directory:)``.
    package func reader() throws -> SettingsReader {
        try SettingsReader(
            options: given, environment: ProcessInfo.processInfo.environment,
            directory: FileManager.default.currentDirectoryPath)
    }
}

import ArgumentParser

/// Where the data live.
package struct DatabaseSettings: Sendable {
    static let address = Setting(
        "JWKS_DATABASE", "Where the data live, sqlite:FILE or postgres://…",
        default: "sqlite:totally_not_my_privateKeys.db", .text, inFile: true)
    static let wait = Setting(
        "JWKS_DATABASE_WAIT", "How long a start waits for a PostgreSQL that is away or has no connection left",
        default: "30s", .durationOrZero)
    static let definitions = [address.definition, wait.definition]

    struct Options: SettingOptionGroup {
        @Option(help: DatabaseSettings.address.optionHelp) var database: String?
        @Option(help: DatabaseSettings.wait.optionHelp) var databaseWait: String?
    }

    /// The file, or the server.
    package let address: DatabaseAddress
    /// How long the server, when it starts, waits for what may pass by itself.
    package let wait: Duration

    init(_ reader: SettingsReader) throws {
        if let option = reader.option(Self.address.definition) {
            try DatabaseAddress.refusePassword(in: option, option: "--database")
        }
        address = try DatabaseAddress(try reader.value(of: Self.address))
        wait = try reader.value(of: Self.wait)
    }
}

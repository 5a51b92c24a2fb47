import ArgumentParser

/// Where the data live.
package struct DatabaseSettings: Sendable {
    static let address = Setting(
        "JWKS_DATABASE", "Where the data live, sqlite:FILE or postgres://…",
        default: "sqlite:totally_not_my_privateKeys.db", .text, inFile: true)
    static let definitions = [address.definition]

    struct Options: SettingOptionGroup {
        @Option(help: DatabaseSettings.address.optionHelp) var database: String?
    }

    /// The file, or the server.
    package let address: DatabaseAddress

    init(_ reader: SettingsReader) throws {
        if let option = reader.option(Self.address.definition) {
            try DatabaseAddress.refusePassword(in: option, option: "--database")
        }
        address = try DatabaseAddress(try reader.value(of: Self.address))
    }
}

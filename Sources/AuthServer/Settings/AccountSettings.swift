import ArgumentParser

/// Who may open an account.
package struct AccountSettings: Sendable {
    static let registration = Setting(
        "JWKS_REGISTRATION", "open or closed", default: "open", .choice([("open", true), ("closed", false)]))
    static let definitions = [registration.definition]

    struct Options: SettingOptionGroup {
        @Option(help: AccountSettings.registration.optionHelp) var registration: String?
    }

    /// Whether everyone may, or only an operator.
    package let registrationIsOpen: Bool

    init(_ reader: SettingsReader) throws {
        registrationIsOpen = try reader.value(of: Self.registration)
    }
}

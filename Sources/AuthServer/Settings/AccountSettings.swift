import ArgumentParser

/// Who may open an account, and what its first password is good for.
package struct AccountSettings: Sendable {
    static let registration = Setting(
        "JWKS_REGISTRATION", "open or closed", default: "open", .choice([("open", true), ("closed", false)]))
    static let changeGenerated = Setting(
        "JWKS_CHANGE_GENERATED_PASSWORDS", "Whether a generated password must be changed first, true or false",
        default: "false", .choice([("true", true), ("false", false)]))
    static let definitions = [registration.definition, changeGenerated.definition]

    struct Options: SettingOptionGroup {
        @Option(help: AccountSettings.registration.optionHelp) var registration: String?
        @Option(help: AccountSettings.changeGenerated.optionHelp) var changeGeneratedPasswords: String?
    }

    /// Whether everyone may, or only an operator.
    package let registrationIsOpen: Bool
    /// Whether a password that is generated from now on opens nothing but the way to another one.
    package let generatedMustChange: Bool

    init(_ reader: SettingsReader) throws {
        registrationIsOpen = try reader.value(of: Self.registration)
        generatedMustChange = try reader.value(of: Self.changeGenerated)
    }
}

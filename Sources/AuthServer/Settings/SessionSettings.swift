import ArgumentParser
package import AuthCore

/// How long a browser stays signed in, and what users give clients lives.
package struct SessionSettings: Sendable {
    /// To which use of a session is noted.
    private static let resolution: Duration = .seconds(300)

    static let idle = Setting(
        "JWKS_SESSION_IDLE", "How long a browser stays signed in unused", default: "12h", .duration)
    static let absolute = Setting(
        "JWKS_SESSION_ABSOLUTE", "How long a browser stays signed in at the most", default: "7d", .duration)
    static let refreshIdle = Setting(
        "JWKS_REFRESH_IDLE", "How long a refresh token is good unused", default: "30d", .duration)
    static let refreshAbsolute = Setting(
        "JWKS_REFRESH_ABSOLUTE", "How long a client can refresh at the most", default: "90d", .duration)
    static let refreshGrace = Setting(
        "JWKS_REFRESH_GRACE", "How long the refresh token before is taken after a new one", default: "30s",
        .duration(upTo: .seconds(300)))
    static let allowPrivate = Setting(
        "JWKS_BACKCHANNEL_ALLOW_PRIVATE", "Networks beyond the public Internet in which clients are told of logouts",
        default: "",
        SettingFormat(remedy: "give addresses and CIDR blocks such as 10.0.0.0/8, ::1") { AddressRanges($0) })
    static let definitions = [
        idle.definition, absolute.definition, refreshIdle.definition, refreshAbsolute.definition,
        refreshGrace.definition, allowPrivate.definition,
    ]

    struct Options: SettingOptionGroup {
        @Option(help: SessionSettings.idle.optionHelp) var sessionIdle: String?
        @Option(help: SessionSettings.absolute.optionHelp) var sessionAbsolute: String?
        @Option(help: SessionSettings.refreshIdle.optionHelp) var refreshIdle: String?
        @Option(help: SessionSettings.refreshAbsolute.optionHelp) var refreshAbsolute: String?
        @Option(help: SessionSettings.refreshGrace.optionHelp) var refreshGrace: String?
        @Option(help: SessionSettings.allowPrivate.optionHelp) var backchannelAllowPrivate: String?
    }

    /// Of browsers' sessions.
    package let policy: Session.Policy
    /// Of refresh tokens.
    package let refreshing: RefreshPresentation.Policy
    /// Where clients are told of logouts, beside the public Internet.
    package let logoutNetworks: AddressRanges

    /// What goes together, and is unwise all the same.
    var warnings: [String] {
        guard policy.idle <= Self.resolution else { return [] }
        return [
            "JWKS_SESSION_IDLE (\(policy.idle.settingText)) is not more than the five minutes to which use is noted: who is"
                + " busy is signed out too"
        ]
    }

    init(_ reader: SettingsReader) throws {
        policy = Session.Policy(
            idle: try reader.value(of: Self.idle), absolute: try reader.value(of: Self.absolute))
        refreshing = RefreshPresentation.Policy(
            grace: try reader.value(of: Self.refreshGrace), idle: try reader.value(of: Self.refreshIdle),
            absolute: try reader.value(of: Self.refreshAbsolute))
        logoutNetworks = try reader.value(of: Self.allowPrivate)
        try Self.require(Self.idle, policy.idle, notOver: Self.absolute, policy.absolute)
        try Self.require(Self.refreshIdle, refreshing.idle, notOver: Self.refreshAbsolute, refreshing.absolute)
    }

    private static func require(
        _ idle: Setting<Duration>, _ unused: Duration, notOver absolute: Setting<Duration>, _ most: Duration
    ) throws {
        guard unused <= most else {
            throw SettingsError(
                "\(idle.definition.name) (\(unused.settingText)) must be at most \(absolute.definition.name)"
                    + " (\(most.settingText)): nothing lives longer unused than at the most")
        }
    }
}

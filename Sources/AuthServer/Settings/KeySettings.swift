import ArgumentParser
package import AuthCore
import Foundation

/// Which signing keys there are, and how long each plays its part.
package struct KeySettings: Sendable {
    static let bits = Setting(
        "JWKS_KEY_BITS", "Bits of new RSA keys", default: "2048",
        .choice([("2048", 2048), ("3072", 3072), ("4096", 4096)]))
    static let algorithms = Setting(
        "JWKS_KEY_ALGORITHMS", "Algorithms that tokens are signed with, RS256 and any of ES256 and EdDSA",
        default: "RS256", .algorithms)
    static let activePeriod = Setting("JWKS_KEY_ACTIVE_PERIOD", "How long a key signs", default: "30d", .duration)
    static let publishAhead = Setting(
        "JWKS_KEY_PUBLISH_AHEAD", "How long a key is published before it signs", default: "24h", .duration)
    static let maxAge = Setting("JWKS_MAX_AGE", "How long verifiers may cache the JWK Set", default: "5m", .duration)
    static let clockSkew = Setting(
        "JWKS_CLOCK_SKEW", "How far a verifier's clock may be off", default: "60s", .durationOrZero)
    static let exportDirectory = Setting(
        "JWKS_KEYS_EXPORT_DIR", "Directory that gets the public keys as files, at each change", otherwise: "none", .text
    )
    static let definitions = [
        bits.definition, algorithms.definition, activePeriod.definition, publishAhead.definition, maxAge.definition,
        clockSkew.definition, exportDirectory.definition,
    ]

    struct Options: SettingOptionGroup {
        @Option(help: KeySettings.bits.optionHelp) var keyBits: String?
        @Option(help: KeySettings.algorithms.optionHelp) var keyAlgorithms: String?
        @Option(help: KeySettings.activePeriod.optionHelp) var keyActivePeriod: String?
        @Option(help: KeySettings.publishAhead.optionHelp) var keyPublishAhead: String?
        @Option(help: KeySettings.maxAge.optionHelp) var maxAge: String?
        @Option(help: KeySettings.clockSkew.optionHelp) var clockSkew: String?
        @Option(help: KeySettings.exportDirectory.optionHelp) var keysExportDir: String?
    }

    /// Of RSA keys that are made from now on.
    package let bits: Int
    /// Those that have a key which signs; RS256 is always one of them.
    package let algorithms: Set<KeyAlgorithm>
    /// Periods that keep every verifier whole.
    package let policy: KeyPolicy
    /// Where the public keys are written to as files; nil where nobody wants them.
    package let exportDirectory: String?

    /// What goes together, and is unwise all the same: one line for the log of a start.
    package var warnings: [String] {
        guard policy.publishAhead < .seconds(3_600) else { return [] }
        return [
            "JWKS_KEY_PUBLISH_AHEAD (\(policy.publishAhead.settingText)) is less than 1h: most verifiers keep the JWK Set"
                + " for as long as they like (5 minutes to an hour is common), whatever JWKS_MAX_AGE says, and refuse a"
                + " key that they have not fetched yet; give it an hour or more"
        ]
    }

    init(_ reader: SettingsReader, tokenLifetime: Duration) throws {
        bits = try reader.value(of: Self.bits)
        algorithms = try reader.value(of: Self.algorithms)
        policy = KeyPolicy(
            activePeriod: try reader.value(of: Self.activePeriod),
            publishAhead: try reader.value(of: Self.publishAhead),
            maxAge: try reader.value(of: Self.maxAge), tokenLifetime: tokenLifetime,
            clockSkew: try reader.value(of: Self.clockSkew))
        let directory = try reader.value(of: Self.exportDirectory, otherwise: "")
        exportDirectory = directory.isEmpty ? nil : directory
        if let contradiction = policy.contradiction { throw SettingsError(contradiction) }
    }
}

extension SettingFormat<Set<KeyAlgorithm>> {
    /// A comma-separated list, each algorithm once, RS256 among them (OpenID Connect Discovery §3 wants it).
    fileprivate static var algorithms: Self {
        Self { text in
            let choices = KeyAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")
            var algorithms: Set<KeyAlgorithm> = []
            for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
                guard let algorithm = KeyAlgorithm(rawValue: entry.trimmingCharacters(in: .whitespaces)) else {
                    return .failure(Remedy(text: "give a list of \(choices), separated by commas"))
                }
                guard algorithms.insert(algorithm).inserted else {
                    return .failure(Remedy(text: "name \(algorithm.rawValue) once; the choices are \(choices)"))
                }
            }
            guard algorithms.contains(.rs256) else {
                return .failure(Remedy(text: "add RS256, which is always there; the choices are \(choices)"))
            }
            return .success(algorithms)
        }
    }
}

extension SettingsError {
    /// The sum that fails, with the settings that are its terms.
    fileprivate init(_ contradiction: KeyPolicy.Contradiction) {
        switch contradiction {
        case .publishedTooBriefly(let publishAhead, let maxAge, let clockSkew, let needed):
            self.init(
                "JWKS_KEY_PUBLISH_AHEAD (\(publishAhead.settingText)) must be at least 2 × JWKS_MAX_AGE +"
                    + " JWKS_CLOCK_SKEW = 2 × \(maxAge.settingText) + \(clockSkew.settingText) = \(needed.settingText):"
                    + " else a key signs while a verifier's cache may lack it")
        case .dueBeforeItsSuccessor(let activePeriod, let publishAhead):
            self.init(
                "JWKS_KEY_ACTIVE_PERIOD (\(activePeriod.settingText)) must be at least JWKS_KEY_PUBLISH_AHEAD"
                    + " (\(publishAhead.settingText)): else a key is due before its successor may sign")
        case .outlivedByAToken(let activePeriod, let tokenLifetime, let clockSkew, let needed):
            self.init(
                "JWKS_KEY_ACTIVE_PERIOD (\(activePeriod.settingText)) must be at least JWKS_TOKEN_LIFETIME +"
                    + " JWKS_CLOCK_SKEW = \(tokenLifetime.settingText) + \(clockSkew.settingText)"
                    + " = \(needed.settingText): else a token could outlive its key")
        }
    }
}

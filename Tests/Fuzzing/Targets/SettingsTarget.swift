import AuthCore
import AuthServer
import AuthSodium
import Foundation

/// The text of a `.env`. A refusal names what was set and tells no secret; what is accepted is known, in bounds, and means the
/// same when it is written again.
struct SettingsTarget: FuzzTarget {
    let name = "settings"

    /// Stands for every secret.
    private static let canary = "hunter2"

    let seeds = [
        "NOT_MY_KEY=hunter2 hunter2\nJWKS_PORT=8080\nJWKS_TOKEN_LIFETIME=90s\n",
        "# none\n\nexport JWKS_HOST='::1' # here\n",
        "JWKS_KEY_ACTIVE_PERIOD=30d\nJWKS_KEY_PUBLISH_AHEAD=24h\nJWKS_MAX_AGE=5m\nJWKS_CLOCK_SKEW=60s\n",
        "JWKS_DATABASE=postgres://user:hunter2@host:5432/db?sslmode=require\nJWKS_RATE_LIMIT_SCOPE=fleet\n",
        "JWKS_DATABASE=sqlite:keys.db\nJWKS_DATABASE_WAIT=0\nJWKS_RATE_LIMIT=0\nJWKS_RATE_WINDOW=1s\n",
        "JWKS_TRUSTED_PROXIES=10.0.0.0/8, ::1\nJWKS_ARGON2_MEMORY=19456\nJWKS_ARGON2_PASSES=2\nJWKS_HASH_THREADS=4\n",
        "JWKS_TLS_CERTIFICATE=a.pem\r\nJWKS_TLS_KEY=\"a key.pem\"\r\nJWKS_REGISTRATION=CLOSED\r\n",
        "JWKS_ISSUER=https://issuer.example/path\nJWKS_AUDIENCE=x\nJWKS_KEY_ALGORITHMS=RS256, EdDSA\nJWKS_KEY_BITS=4096\n",
        "JWKS_LOG_LEVEL=trace\nJWKS_LOG_FORMAT=json\nJWKS_CONNECTIONS=100\nJWKS_CONNECTIONS_PER_ADDRESS=0\n",
        "JWKS_PROT=1\n", "nonsense\n", "NOT_MY_KEY=hunter2\nNOT_MY_KEY_FILE=f\n",
    ].map { Array($0.utf8) }

    var dictionary: [String] {
        Settings.definitions.map { "\n\($0.name)=" } + [
            "\n", "\r\n", "=", "\"", "'", "#", " #", "export ", "NOT_MY_KEY=hunter2\n", "_FILE", "JWKS_", "true",
            "false", "postgres://",
            "postgresql://", "sqlite:", "user:hunter2@", "@", "%", "%zz", "?", "host=", "d", "h", "m", "s", "node",
            "fleet", "::/0",
            "/33", "RS256", ",ES256", "https://", "é", "\u{301}", "\u{FEFF}", "\u{0}",
        ]
    }

    func check(_ input: [UInt8]) async -> FuzzOutcome {
        let text = String(decoding: input, as: UTF8.self)
        var values: [String: String] = [:]
        do {
            values = try EnvironmentFile.parse(text, path: ".env")
            if let name = misread(text, values) { return .finding("\(name) has another value") }
            // Files are for the reader to open: none is there.
            for name in values.keys where name.hasSuffix("_FILE") { values[name] = "/nonexistent/file" }
            if let leak = leaksOption(values["JWKS_DATABASE"] ?? "") { return .finding(leak) }
            let reader = try SettingsReader(environment: values, directory: "/nonexistent")
            _ = try reader.secret(.masterKey)
            let settings = try Settings(reader, host: HostResources(cores: 4, memoryKiB: 8 << 20))
            return accepted(settings, try settings.listing(reader), values)
        } catch let error as SettingsError {
            return refused(error.description, text, values)
        } catch {
            return .finding("another error: \(type(of: error))")
        }
    }

    private func refused(_ line: String, _ text: String, _ values: [String: String]) -> FuzzOutcome {
        if hidesCanary(values), line.contains(Self.canary) { return .finding("a secret in \(line)") }
        if line.hasPrefix(".env, line ") {
            let number = Int(line.dropFirst(11).prefix { $0 != ":" }) ?? 0
            let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            guard lines.indices.contains(number - 1), !lines[number - 1].allSatisfy(\.isWhitespace) else {
                return .finding("no such line: \(line)")
            }
            return .refused("a line")
        }
        guard let name = values.keys.sorted().first(where: { line.contains($0) }) else {
            return .finding("names nothing that was set: \(line)")
        }
        let isKnown = Settings.definitions.contains { $0.name == name }
        return .refused(isKnown ? "\(name) \(line.suffix(20))" : "a name")
    }

    private func accepted(
        _ settings: Settings, _ listing: [SettingListing], _ values: [String: String]
    ) -> FuzzOutcome {
        let known = listing.map(\.name)
        for name in values.keys where name.hasPrefix("JWKS_") || name.hasPrefix("NOT_MY_KEY") {
            guard known.contains(name) || name.hasSuffix("_FILE") else { return .finding("\(name) was passed over") }
        }
        if hidesCanary(values), listing.contains(where: { $0.value.contains(Self.canary) }) {
            return .finding("a secret in the listing")
        }
        for span in [settings.tokens.lifetime, settings.keys.policy.activePeriod, settings.passwords.deadline] {
            guard span >= .seconds(1), Duration(settingText: span.settingText) == span else {
                return .finding("\(span)")
            }
        }
        guard settings.keys.policy.contradiction == nil, settings.keys.algorithms.contains(.rs256),
            0...65_535 ~= settings.listener.port, [2_048, 3_072, 4_096].contains(settings.keys.bits),
            0...10_000 ~= settings.rateLimits.limit.limit, settings.passwords.argon2.memoryKiB >= 8,
            settings.passwords.argon2.passes >= 1, settings.passwords.threads >= 1, !settings.tokens.audience.isEmpty,
            settings.tokens.issuer.hasPrefix("http") || settings.tokens.issuer.hasPrefix("HTTP"),
            settings.tokens.issuer.utf8.allSatisfy({ 0x21...0x7E ~= $0 })
        else { return .finding("out of bounds") }
        return .accepted(listing.filter { $0.source == "environment" }.map(\.name).prefix(3).joined(separator: " "))
    }

    /// Whether the canary stands nowhere but where a secret may be.
    private func hidesCanary(_ values: [String: String]) -> Bool {
        values.allSatisfy { name, value in
            guard (name + value).contains(Self.canary), name != "NOT_MY_KEY" else { return true }
            return name == "JWKS_DATABASE" && isPassword(value)
        }
    }

    private func isPassword(_ address: String) -> Bool {
        let rest =
            ["postgres://", "postgresql://"].first { address.hasPrefix($0) }.map { address.dropFirst($0.count) } ?? ""
        let user = rest.prefix { !"/@?#:[]".contains($0) }
        return rest.dropFirst(user.count).hasPrefix(":\(Self.canary)@")
            && address.components(separatedBy: Self.canary).count == 2
    }

    private func leaksOption(_ address: String) -> String? {
        do {
            try DatabaseAddress.refusePassword(in: address, option: "--database")
            return isPassword(address) ? "a password in an option" : nil
        } catch {
            return "\(error)".contains(Self.canary) ? "the refusal tells the password" : nil
        }
    }

    /// The name of a plain line, `NAME=letters`, whose value is not what stands there; where it stands once.
    private func misread(_ text: String, _ values: [String: String]) -> String? {
        let plain = text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { line -> (String, String)? in
            let parts = line.split(separator: UInt8(ascii: "="), omittingEmptySubsequences: false).map {
                String(Substring($0))
            }
            let arePlain = parts.count == 2 && parts.allSatisfy(isPlain)
            return arePlain ? (parts[0], parts[1]) : nil
        }
        return plain.first { name, value in
            text.components(separatedBy: name).count == 2 && values[name] != value
        }?.0
    }

    private func isPlain(_ text: String) -> Bool {
        let isOther = text.utf8.contains {
            !(0x30...0x3A ~= $0 || 0x41...0x5A ~= $0 || 0x61...0x7A ~= $0 || $0 == 0x5F || $0 == 0x2E)
        }
        return !text.isEmpty && !isOther
    }
}

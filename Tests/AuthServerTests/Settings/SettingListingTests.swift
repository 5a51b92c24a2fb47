import AuthServer
import Testing

@Suite("Settings.listing") struct SettingListingTests {
    private func listing(
        _ environment: [String: String], options: [String: String] = [:], directory: String = nowhere
    ) throws -> [String: SettingListing] {
        let reader = try SettingsReader(options: options, environment: environment, directory: directory)
        let listing = try Settings(reader, host: host).listing(reader)
        return Dictionary(uniqueKeysWithValues: listing.map { ($0.name, $0) })
    }

    @Test("has every setting and every secret once") func complete() throws {
        let names = Settings.definitions.map(\.name) + SecretSetting.allCases.map(\.rawValue)
        #expect(Set(try listing([:]).keys) == Set(names))
    }

    @Test("says where a value comes from") func sources() throws {
        try withDirectory([".env": "JWKS_PORT=1\nJWKS_HOST=file\n", "url": "sqlite:/a/b.db\n"]) { directory in
            let listing = try listing(
                ["JWKS_HOST": "::1", "JWKS_DATABASE_FILE": directory + "/url"], options: ["JWKS_KEY_BITS": "3072"],
                directory: directory)
            let found = ["JWKS_PORT", "JWKS_HOST", "JWKS_DATABASE", "JWKS_KEY_BITS", "JWKS_LOG_LEVEL"].map { name in
                listing[name].map { "\($0.value) from \($0.source)" }
            }
            #expect(
                found == [
                    "1 from .env", "::1 from environment", "/a/b.db from file \(directory)/url",
                    "3072 from option --key-bits", "info from default",
                ])
        }
    }

    @Test("says what a default amounts to") func computed() throws {
        let listing = try listing(["JWKS_ISSUER": "https://id.example", "JWKS_DATABASE": "postgres://jwks@db1/jwks"])
        #expect(listing["JWKS_AUDIENCE"]?.value == "https://id.example")
        #expect(listing["JWKS_HASH_THREADS"]?.value == "4")
        #expect(listing["JWKS_RATE_LIMIT_SCOPE"]?.value == "fleet")
    }

    @Test("shows nothing of a secret or of a password in a URL") func secrets() throws {
        let listing = try listing([
            "NOT_MY_KEY": "hunter1", "JWKS_DATABASE": "postgres://jwks:hunter2@db1/jwks?sslpassword=hunter3",
        ])
        #expect(listing["NOT_MY_KEY"]?.value == "set" && listing["NOT_MY_KEY_NEW"]?.value == "not set")
        #expect(!"\(listing)".contains("hunter"))
    }
}

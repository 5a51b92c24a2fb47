import AuthCore
import AuthServer
import Foundation
import Testing

@Suite("SettingsReader") struct SettingsReaderTests {
    @Test("asks the command line, then the environment, then .env") func precedence() throws {
        try withDirectory([".env": "JWKS_PORT=1\nJWKS_HOST=file\nJWKS_ISSUER=https://file\n"]) { directory in
            let reader = try SettingsReader(
                options: ["JWKS_PORT": "3"], environment: ["JWKS_PORT": "2", "JWKS_HOST": "environment"],
                directory: directory)
            let settings = try Settings(reader, host: host)
            #expect(settings.listener.port == 3)
            #expect(settings.listener.host == "environment")
            #expect(settings.tokens.issuer == "https://file")
            #expect(settings.tokens.lifetime == .seconds(3_600))
        }
    }

    @Test(
        "refuses a name that does not exist, with the nearest that does",
        arguments: [
            ("JWKS_PROT", "JWKS_PORT"), ("JWKS_ISSUR", "JWKS_ISSUER"), ("JWKS_RATELIMIT", "JWKS_RATE_LIMIT"),
            ("JWKS_DATABASE_FIL", "JWKS_DATABASE_FILE"), ("JWKS_PORT_FILE", "JWKS_PORT"),
            ("JWKS_KEY_ALGORITHM", "JWKS_KEY_ALGORITHMS"), ("NOT_MY_KEYS", "NOT_MY_KEY"),
            ("NOT_MY_KEY_FIEL", "NOT_MY_KEY_FILE"), ("jwks", nil), ("MY_JWKS_PORT", nil),
        ])
    func unknown(_ name: String, _ nearest: String?) throws {
        let line = nearest.map { "\(name) is not a setting: did you mean \($0)?" }
        #expect(refusal([name: "1"]) == line)
        try withDirectory([".env": "\(name)=1"]) { directory in
            #expect(AuthServerTests.line { _ = try SettingsReader(environment: [:], directory: directory) } == line)
        }
    }

    @Test("knows every setting once, with a help and a default") func definitions() {
        let definitions = Settings.definitions
        #expect(Set(definitions.map(\.name)).count == definitions.count)
        #expect(definitions.count == 47)
        for definition in definitions {
            #expect(definition.name.hasPrefix("JWKS_") && !definition.help.isEmpty)
            let isList = ["JWKS_TRUSTED_PROXIES", "JWKS_BACKCHANNEL_ALLOW_PRIVATE"].contains(definition.name)
            #expect(!definition.defaultText.isEmpty || isList)
        }
    }

    @Test("says which line of .env is none") func malformedFile() throws {
        try withDirectory([".env": "JWKS_PORT=1\nnonsense\n"]) { directory in
            #expect(
                line { _ = try SettingsReader(environment: [:], directory: directory) }
                    == ".env, line 2: expected NAME=value")
        }
    }

    @Test("says that .env cannot be read") func unreadableFile() throws {
        try withDirectory([:]) { directory in
            try FileManager.default.createDirectory(atPath: directory + "/.env", withIntermediateDirectories: false)
            #expect(
                line { _ = try SettingsReader(environment: [:], directory: directory) }
                    == ".env cannot be read: check that it is a text file and its mode")
        }
    }
}

@Suite("A secret") struct SecretSettingTests {
    private func secret(
        _ environment: [String: String], file: String = "", files: [String: String] = [:]
    ) throws -> String? {
        var text: String?
        try withDirectory(files.merging([".env": file]) { $1 }) { directory in
            let environment = environment.mapValues { $0.hasPrefix("@") ? directory + "/" + $0.dropFirst() : $0 }
            let reader = try SettingsReader(environment: environment, directory: directory)
            text = try reader.secret(.masterKey)?.withBytes { String(decoding: $0, as: UTF8.self) }
        }
        return text
    }

    @Test("comes from the environment, from .env or from a file without its line end") func sources() throws {
        #expect(try secret([:]) == nil)
        #expect(try secret(["NOT_MY_KEY": "a secret "]) == "a secret ")
        #expect(try secret([:], file: "NOT_MY_KEY=a secret") == "a secret")
        #expect(try secret(["NOT_MY_KEY": "environment"], file: "NOT_MY_KEY=file") == "environment")
        for (text, secret) in [
            ("s\n", "s"), ("s", "s"), ("s\n\n", "s\n"), (" s \n", " s "), ("s\r\n", "s"), ("s\r\nt\r\n", "s\nt"),
            ("\u{FEFF}s\r\n", "s"), ("s\r", "s\r"),
        ] {
            #expect(try self.secret(["NOT_MY_KEY_FILE": "@secret"], files: ["secret": text]) == secret)
        }
        // As Windows writes it.
        #expect(try secret([:], file: "\u{FEFF}NOT_MY_KEY=a secret\r\nJWKS_PORT=1\r\n") == "a secret")
        // The environment's file wins over the value in .env: a source is asked whole before the next.
        #expect(
            try secret(["NOT_MY_KEY_FILE": "@secret"], file: "NOT_MY_KEY=file", files: ["secret": "mounted"])
                == "mounted")
    }

    @Test("is refused where it is empty, in two places or not to be read, without a word of it") func refused() throws {
        let cases = [
            (["NOT_MY_KEY": ""], "NOT_MY_KEY is empty: give the secret that protects the keys"),
            (
                ["NOT_MY_KEY": "hunter2", "NOT_MY_KEY_FILE": "f"],
                "NOT_MY_KEY and NOT_MY_KEY_FILE are both set: keep one"
            ),
            (
                ["NOT_MY_KEY_FILE": "/nonexistent/f"],
                "NOT_MY_KEY_FILE names a file that cannot be read as text: /nonexistent/f"
            ),
        ]
        for (environment, expected) in cases {
            #expect(line { _ = try secret(environment) } == expected)
        }
        try withDirectory(["empty": "\n"]) { directory in
            let path = directory + "/empty"
            #expect(
                line { _ = try secret(["NOT_MY_KEY_FILE": path]) }
                    == "NOT_MY_KEY_FILE is empty: give the secret that protects the keys")
        }
    }

    @Test("is asked for where it has to be there") func missing() throws {
        let reader = try SettingsReader(environment: [:], directory: nowhere)
        #expect(
            line { _ = try reader.required(.masterKey) }
                == "NOT_MY_KEY is not set: give the secret that protects the keys, in the environment or in .env"
                + " (openssl rand -base64 32 makes one), or name a file that holds it in NOT_MY_KEY_FILE")
        #expect(
            line { _ = try reader.required(.newMasterKey) }
                == "NOT_MY_KEY_NEW is not set: give the new secret there, or a file that holds it in NOT_MY_KEY_NEW_FILE"
        )
    }
}

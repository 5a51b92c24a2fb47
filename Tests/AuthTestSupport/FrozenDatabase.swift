package import AuthCore
package import Foundation

/// A database that an earlier version made, frozen before the next one was begun, and what is known of it:
/// `Tests/EndToEnd/fixtures/`.
package struct FrozenDatabase: Sendable {
    /// What it must hold for ever after.
    package struct Expected: Decodable, Sendable {
        /// A key of the JWK Set that it served.
        package struct Key: Decodable, Equatable, Sendable {
            package let kid: String
            package let n: String
        }

        private struct KeySet: Decodable { let keys: [Key] }

        /// The master key.
        package let masterKey: String
        /// By username.
        package let passwords: [String: String]
        /// By kid; empty where the version knew no states.
        package let states: [String: String]
        /// The JWK Set, in its order.
        package let keys: [Key]

        private enum CodingKeys: String, CodingKey {
            case masterKey = "NOT_MY_KEY"
            case passwords
            case states
            case jwks
        }

        package init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            masterKey = try values.decode(String.self, forKey: .masterKey)
            passwords = try values.decode([String: String].self, forKey: .passwords)
            states = try values.decodeIfPresent([String: String].self, forKey: .states) ?? [:]
            keys = try values.decode(KeySet.self, forKey: .jwks).keys
        }
    }

    /// As the original implementation wrote it.
    package static let original = FrozenDatabase(name: "original-database")
    /// From before keys had an algorithm, as a SQLite file and as a dump of PostgreSQL.
    package static let rs256Only = FrozenDatabase(name: "rs256-only")

    private let directory: URL

    private init(name: String) {
        directory = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "EndToEnd/fixtures/\(name)")
    }

    /// What the SQLite file is called.
    package static let fileName = "totally_not_my_privateKeys.db"

    /// The SQLite file. Nobody may write to it: copy it.
    package var file: URL { directory.appending(path: Self.fileName) }

    /// The statements that make the PostgreSQL database.
    package func dump() throws -> String {
        try String(contentsOf: directory.appending(path: "postgres.sql"), encoding: .utf8)
    }

    /// What is known of it.
    package func expected() throws -> Expected {
        try JSONDecoder().decode(Expected.self, from: Data(contentsOf: directory.appending(path: "expected.json")))
    }
}

extension FrozenDatabase.Expected {
    /// The keys of the JWK Set that was served which `contents` does not hold, opened with the master key.
    /// - Throws: when the master key or a key does not open.
    package func lostKeys(
        in contents: KeyStoreContents, derivation: any KeyDerivation
    ) async throws -> [FrozenDatabase.Expected.Key] {
        let unlock = UnlockKeys(
            secret: Secret(masterKey), derivation: derivation, executor: ImmediateExecutor(), time: ManualTimeSource())
        guard let sealer = try await unlock.verifyMasterKey(on: contents).sealer else { return keys }
        return try keys.filter { key in
            guard let stored = contents.keys.first(where: { $0.id.description == key.kid }) else { return true }
            let set = try JWKSet([(id: stored.id, material: sealer.open(stored))])
            return !String(decoding: set.body, as: UTF8.self).contains(#""n":"\#(key.n)""#)
        }
    }
}

import AuthCore
import AuthPostgres
import AuthSQL
import AuthSQLite
import AuthTestSupport
import Foundation
import Testing

@Suite("PostgresImport", .enabled(if: TestPostgres.isThere, TestPostgres.missing)) struct PostgresImportTests {
    private struct Deliberate: Error {}

    private let schema: TemporarySchema
    private let path: String

    init() throws {
        schema = try TemporarySchema()
        path = FileManager.default.temporaryDirectory.appending(path: "jwks-import-\(UUID().uuidString).db").path
    }

    private func generate() async throws {
        let store = try SQLiteStore(path: path)
        try await store.write { transaction in
            try transaction.insert(try Sample.user("jos\u{E9} \\ back", email: "a@example.com"))
            try transaction.insert(try Sample.user("bob"))
            for entry in 1...300 {
                try transaction.append(
                    AuthLogEntry(
                        clientAddress: "2001:db8::\(entry)", moment: Sample.now, userID: entry % 3 == 0 ? nil : 1))
            }
            for number in 1...2 as ClosedRange<Int64> { try transaction.append(Sample.auditEvent(number)) }
            _ = try transaction.recordLogin(of: 1, at: Sample.now)
            _ = try transaction.disable(2, at: Sample.now)
            _ = try transaction.insert(Sample.resource("urn:a", scopes: ["read", "write"]))
            for (id, secret) in [("web-1", "x"), ("Web", "y"), ("app", nil)] {
                let client = try Sample.client(id, kind: secret == nil ? .public : .confidential, resources: ["urn:a"])
                _ = try transaction.insert(client, secret: secret.map(Sample.digest))
            }
            _ = try transaction.addSecret(
                Sample.digest("z"), to: try Sample.clientID("Web"), at: Sample.now, endingOthersAt: Sample.now)
            for resource in [nil, ResourceURI(stored: "urn:a")] {
                try transaction.add(
                    Consent(user: 1, client: Sample.app, resource: resource, scopes: [.openID], givenAt: Sample.now))
            }
            let grant = Sample.grant()
            try transaction.insert(grant)
            _ = try transaction.startRefreshing(grant.id, at: Sample.now, idleUntil: Sample.now)
            try transaction.insert(Sample.session("sid"), hash: [0, 255], idleUntil: Sample.now)
            try transaction.note(Sample.known("Web"), in: "sid", until: Sample.now)
            try transaction.keep(
                RetiredKey(id: KeyID(8), algorithm: .es256, encoded: [0, 92, 255], expiresAt: Sample.now))
            try transaction.revoke(tokenID: "jti", until: Sample.now)
            _ = try transaction.insert(SealedTokenSecret(id: 1, sealed: [0, 10, 92, 255], createdAt: Sample.now))
            try transaction.insert(Sample.key(1, .active, latestTokenExpiry: Sample.now))
            try transaction.insert(StoredKey(id: KeyID(2), sealed: [0, 9, 10, 13, 92, 255], exp: 5, lifecycle: nil))
            try transaction.insert(Sample.key(3, .active, algorithm: .edDSA))
            try transaction.insert(Sample.key(9, .retired))
            try transaction.deleteKey(KeyID(9))
            // Of one age: the order in which they were stored is part of the data.
            for id in [UInt64(5), 3, 4] { try transaction.insert(Sample.keyEncryptionKey(id, handover: [UInt8(id)])) }
            for node in ["b", "a", "B"] {
                let propagation = KeyPropagation(newest: KeyID(1), known: 3, aware: 2)
                try transaction.record(
                    NodePropagation(node: node, propagation: propagation, recordedAt: Sample.now))
            }
        }
        store.close()
    }

    @Test("carries everything over, and the numbers go on") func everything() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await generate()
        let before = try SQLiteStore.peek(path: path)
        let copied = try SQLiteExport.read(path: path) { source in
            try PostgresImport.run(from: source, into: try schema.address) { #expect($0 == before.contents) }
        }
        #expect(copied.map(\.tally.rows) == [2, 1, 1, 3, 3, 3, 2, 1, 1, 1, 1, 0, 3, 2, 3, 1, 3, 1, 300, 2])
        #expect(try PostgresStore.peek(try schema.address) == before)
        let store = try PostgresStore(try schema.address)
        defer { store.close() }
        let (user, next) = try await store.write { transaction in
            try transaction.insert(try Sample.user("carol"))
            return (try transaction.user(named: ["carol"]), try transaction.nextKeyID())
        }
        #expect(user?.id == 3 && next == KeyID(10))
        let clients = try await store.read { transaction in try transaction.clients(after: nil, limit: 9) }
        #expect(
            clients
                == (try ["Web", "app", "web-1"].map { id in
                    try Sample.client(id, kind: id == "app" ? .public : .confidential, resources: ["urn:a"])
                }))
        #expect(
            try await store.read { transaction in try transaction.resources() }
                == [Sample.resource("urn:a", scopes: ["read", "write"])])
        let users = try schema.sql("SELECT concat_ws('|', id, username, email, date_registered, last_login) FROM users")
        #expect(users.first == "1|jos\u{E9} \\ back|a@example.com|2027-01-15 08:00:00+00|2027-01-15 08:00:00+00")
        #expect(throws: OperatorError.self, "a database that is in use is not touched") {
            try SQLiteExport.read(path: path) { source in
                try PostgresImport.run(from: source, into: try schema.address) { _ in }
            }
        }
    }

    @Test("leaves nothing when it is not approved, and can be run again") func refused() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await generate()
        #expect(throws: Deliberate.self) {
            try SQLiteExport.read(path: path) { source in
                try PostgresImport.run(from: source, into: try schema.address) { _ in throw Deliberate() }
            }
        }
        #expect(try schema.sql("SELECT tablename FROM pg_tables WHERE schemaname = '\(schema.name)'").isEmpty)
        _ = try SQLiteExport.read(path: path) { source in
            try PostgresImport.run(from: source, into: try schema.address) { _ in }
        }
    }

    @Test("carries the files of earlier versions over", arguments: [FrozenDatabase.rs256Only, .original])
    func earlier(_ frozen: FrozenDatabase) throws {
        try FileManager.default.copyItem(atPath: frozen.file.path, toPath: path)
        defer { try? FileManager.default.removeItem(atPath: path) }
        let before = try SQLiteStore.peek(path: path)
        _ = try SQLiteExport.read(path: path) { source in
            try PostgresImport.run(from: source, into: try schema.address) { #expect($0 == before.contents) }
        }
        #expect(try PostgresStore.peek(try schema.address) == before)
        #expect(before.contents.keys.isEmpty == false)
    }

    @Test("refuses a source that is not there, and does not make it") func missing() {
        #expect(throws: OperatorError.refused("--from names \(path), which does not exist")) {
            try SQLiteExport.read(path: path) { _ in }
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}

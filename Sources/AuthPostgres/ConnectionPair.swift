import AuthCore
import AuthSQL
import CLibPQ

/// The two connections that nothing works without: one for units of work, and one that listens. Opened together, so
/// that whoever has only one to give is found out before anything is done.
struct ConnectionPair: Sendable {
    /// An operator waits: for another server that makes the tables just now, too.
    private static let timeout: Duration = .seconds(10)
    private static let looks = 3

    let working: PostgresConnection
    let listening: PostgresConnection

    /// - Throws: ``PostgresFailure``; ``OperatorError/refused(_:)`` before a pooler that lends a connection for less
    ///   than a session, and for a database that cannot keep every text.
    init(to address: PostgresAddress) throws {
        do {
            working = try PostgresConnection(to: address, timeout: Self.timeout)
            listening = try PostgresConnection(to: address, timeout: Self.timeout)
        } catch let failure as PostgresFailure where failure.isShortage {
            throw PostgresFailure(
                kind: failure.kind,
                reason: "\(failure.reason) (two connections are the least, a server wants \(ConnectionPool.size + 1))")
        }
        guard try !isShared() else {
            throw OperatorError.refused(
                "JWKS_DATABASE names \(address), which lends its connections for a transaction or a statement, where"
                    + " LISTEN and prepared statements need a session: set pool_mode = session in PgBouncer, or name"
                    + " PostgreSQL itself")
        }
        guard ["UTF8", "SQL_ASCII", nil].contains(working.encoding) else {
            throw OperatorError.refused(
                "JWKS_DATABASE names \(address), which keeps texts in \(working.encoding ?? ""), where not every name has"
                    + " room: make a database WITH ENCODING 'UTF8' TEMPLATE template0")
        }
    }

    /// Whether the two are not each a session of its own: what they ask is answered by one and the same process of
    /// PostgreSQL, or now by one, now by another. No transaction is begun, which a pooler by statement would refuse by
    /// hanging up.
    private func isShared() throws -> Bool {
        let connections = [working, listening]
        let first = try connections.map { try $0.backend() }
        // What greeted us is what answers us: there is no pooler between.
        if first == connections.map({ PQbackendPID($0.handle) }) { return false }
        guard first[0] != first[1] else { return true }
        for _ in 1..<Self.looks {
            guard try connections.map({ try $0.backend() }) == first else { return true }
        }
        return false
    }
}

extension PostgresConnection {
    /// In what the database keeps texts; nil where a pooler does not say.
    fileprivate var encoding: String? { PQparameterStatus(handle, "server_encoding").map { String(cString: $0) } }

    /// The process of PostgreSQL that answers.
    fileprivate func backend() throws -> Int32 {
        guard let row = try simpleQuery("SELECT pg_backend_pid()")?.rows().first else { throw lost() }
        return Int32(truncatingIfNeeded: try row.integer(0, "pg_backend_pid"))
    }
}

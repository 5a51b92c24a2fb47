package import AuthCore
import CLibPQ
import Foundation

/// The ``Store`` in a PostgreSQL database that any number of servers share.
///
/// Units of work run one statement after another on a connection of a pool; see ``PostgresTransaction`` for how they
/// keep out of each other's way. When PostgreSQL does not answer every call fails at once, until it is back.
package final class PostgresStore: Store {
    /// Runs again after a deadlock or a serialization failure, before the caller is told.
    private static let attempts = 5

    /// Tells when another server, or an operator, changed the keys.
    package let changeFeed: any ChangeFeed
    private let breaker: CircuitBreaker
    private let pool: ConnectionPool

    /// Connects and brings the tables up to date.
    /// - Throws: ``AuthError/refused(_:)`` with one line for the operator, without a password.
    package init(_ address: PostgresAddress) throws {
        try Self.withDedicatedConnection(address) { connection in try Migrations.run(on: connection) }
        let (breaker, notifications) = (try CircuitBreaker(), KeyChangeNotifications())
        self.breaker = breaker
        changeFeed = notifications
        pool = ConnectionPool(address, breaker: breaker)
        let listener = NotificationListener(address: address, breaker: breaker, notifications: notifications)
        let thread = Thread { listener.run() }
        thread.name = "postgres-listen"
        thread.start()
    }

    /// Ends the connections.
    package func close() {
        breaker.close()
        pool.close()
    }

    /// What the database holds about keys, read without changing or creating anything.
    /// - Throws: ``AuthError/refused(_:)`` with one line for the operator.
    package static func peek(
        _ address: PostgresAddress
    ) throws -> (contents: KeyStoreContents, readiness: KeyPropagation?) {
        try withDedicatedConnection(address) { connection in
            guard try Migrations.exists("key_states", connection) else { return (.empty, nil) }
            try connection.prepareStatements([.beginSnapshot, .selectKeys, .selectKeyEncryptionKeys, .selectReadiness])
            let transaction = PostgresTransaction(connection, .snapshot)
            return (try transaction.keyStoreContents(), try transaction.keyPropagation())
        }
    }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        try await pool.run { connection in
            do {
                let single = PostgresTransaction(connection, .single)
                let result = try body(single)
                // Whoever asks nothing asks whether the database answers.
                if !single.wasUsed { _ = try single.fetch(.ping) }
                try single.commit()
                return result
            } catch is PostgresTransaction.NeedsSnapshot {
                return try Self.carryOut(body, PostgresTransaction(connection, .snapshot))
            }
        }
    }

    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result
    ) async throws -> Result {
        try await pool.run { connection in
            for _ in 1..<Self.attempts {
                do {
                    return try Self.carryOut(body, PostgresTransaction(connection, .write))
                } catch let failure as PostgresFailure where failure.isConflict {}
            }
            return try Self.carryOut(body, PostgresTransaction(connection, .write))
        }
    }

    /// Whether calls are refused at the moment because PostgreSQL does not answer.
    var isOut: Bool { breaker.outage != nil }

    /// Somebody waited too long: find out whether PostgreSQL still answers.
    func probe() { breaker.wakeListener() }

    /// Counts a request of a client; microseconds until its next one, 0 when this one is admitted.
    func admit(_ values: [Parameter]) async throws -> Int64 {
        try await pool.run { connection in
            guard let answer = try connection.run([Query(.admit, values)], commits: true).last else {
                throw connection.lost(true)
            }
            return try answer.integer(0, 0)
        }
    }

    private static func carryOut<Result>(
        _ body: (PostgresTransaction) throws -> Result, _ transaction: PostgresTransaction
    ) throws -> Result {
        do {
            let result = try body(transaction)
            try transaction.commit()
            return result
        } catch {
            // A connection that is given up takes with it what it had begun: nobody waits for its answer once more.
            if (error as? PostgresFailure)?.endsConnection != true { transaction.rollBack() }
            throw error
        }
    }

    /// Works on a connection of its own, for which an operator waits.
    static func withDedicatedConnection<Result>(
        _ address: PostgresAddress, _ body: (PostgresConnection) throws -> Result
    ) throws -> Result {
        do {
            let connection = try PostgresConnection(to: address, timeout: .seconds(10))
            return try body(connection)
        } catch let failure as PostgresFailure {
            throw AuthError.refused("JWKS_DATABASE names \(address), which cannot be used: \(failure.reason)")
        }
    }
}

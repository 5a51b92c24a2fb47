// AuthPostgres owns libpq: connections, a pool, deadlines, what to do when PostgreSQL is gone, and what only a fleet
// has. It must not hold a statement of the port or a rule.

package import AuthCore
import AuthSQL
import Foundation

/// The ``Store`` in a PostgreSQL database that any number of servers share. Units of work run on a connection of a pool;
/// see ``PostgresDriver`` for how their statements travel. When PostgreSQL does not answer every call fails at once,
/// until it is back.
package final class PostgresStore: Store {
    /// Runs again after a deadlock or a serialization failure, before the caller is told.
    private static let attempts = 5

    /// Tells when another server, or an operator, changed the keys.
    package let changeFeed: any ChangeFeed
    private let breaker: CircuitBreaker
    private let pool: ConnectionPool

    /// - Parameter pair: to a database whose tables are up to date; not to be used by anybody else from now on.
    init(_ address: PostgresAddress, _ pair: ConnectionPair, _ opening: PostgresOpening) throws {
        let (breaker, notifications) = (try CircuitBreaker(), KeyChangeNotifications())
        self.breaker = breaker
        changeFeed = notifications
        pair.working.timeout = PostgresConnection.usualTimeout
        pool = ConnectionPool(address, first: pair.working, breaker: breaker, opening)
        let listener = NotificationListener(
            address: address, first: pair.listening, breaker: breaker, pool: pool, notifications: notifications)
        let thread = Thread { listener.run() }
        thread.name = "postgres-listen"
        thread.start()
    }

    /// Ends the connections.
    package func close() {
        breaker.close()
        pool.close()
    }

    /// One statement, or several in one snapshot (REPEATABLE READ).
    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        // One statement or many, they see one state: BEGIN goes with the first of them, and what is left open the pool
        // ends when the caller has its answer. So a single statement costs the caller a single round trip.
        try await pool.run { connection in try body(PostgresDriver(connection, .read).transaction) }
    }

    /// READ COMMITTED, run again after a deadlock; see ``Store/write(_:carriedOut:)``.
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result,
        carriedOut: @escaping @Sendable (Result) -> Void
    ) async throws -> Result {
        try await pool.run { connection in
            for _ in 1..<Self.attempts {
                do {
                    return try Self.carryOut(body, on: connection, carriedOut)
                } catch let failure as PostgresFailure where failure.isConflict { connection.rollBack() }
            }
            return try Self.carryOut(body, on: connection, carriedOut)
        }
    }

    private static func carryOut<Result>(
        _ body: (any WriteTransaction) throws -> Result, on connection: PostgresConnection,
        _ carriedOut: (Result) -> Void
    ) throws -> Result {
        let driver = PostgresDriver(connection, .write)
        let result = try body(driver.transaction)
        carriedOut(result)
        try driver.commit()
        return result
    }

    /// One round trip, in which the tables are looked for.
    package func ping() async throws {
        try await pool.run { connection in try PostgresDriver(connection, .withinAnother).lookAtTables() }
    }

    /// Counts a request of a client, on the database's clock.
    /// - Parameter timeout: how long the answer may take; the request may be counted nevertheless.
    /// - Returns: microseconds until the client's next one; 0 when this one is admitted.
    func admit(_ values: [SQLValue], within timeout: Duration) async throws -> Int64 {
        try await pool.run(within: timeout) { connection in
            let answers = try connection.run([.admit(values)], commits: true)
            guard let row = try answers.last?.rows().first else { throw connection.lost(true) }
            return try row.integer(0, "jwks_admit")
        }
    }
}

extension Query {
    fileprivate static func admit(_ values: [SQLValue]) -> Query { Query("SELECT jwks_admit($1, $2, $3, $4)", values) }
}

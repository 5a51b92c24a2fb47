import AuthSQL
import CLibPQ

/// Statements on a connection, within one transaction.
///
/// A statement whose answer the body does not need waits in a queue and goes with the next one that is asked for an
/// answer, or with the COMMIT: a login's whole transaction is one round trip.
final class PostgresDriver: SQLDriver {
    enum Mode {
        /// REPEATABLE READ: however many statements, one state.
        case read
        /// READ COMMITTED: each statement sees what is committed by then; conditions and constraints do the rest.
        case write
        /// Reads within a transaction that somebody else began and will end.
        case withinAnother
    }

    static let dialect = Dialect.postgres

    private let connection: PostgresConnection
    private let mode: Mode
    private var queue: [Query] = []
    private var hasBegun: Bool
    private var locks: Set<SQLLock> = []
    /// The first failure: a body that swallows it must not come to a commit.
    private var failure: PostgresFailure?

    init(_ connection: PostgresConnection, _ mode: Mode) {
        self.connection = connection
        self.mode = mode
        hasBegun = mode == .withinAnother
    }

    func run(_ statement: SQLStatement, values: [SQLValue]) throws { queue.append(Query(statement, values)) }

    func fetch(_ statement: SQLStatement, values: [SQLValue]) throws -> [SQLRow] {
        try result(of: statement, values).rows()
    }

    func change(_ statement: SQLStatement, values: [SQLValue]) throws -> Int {
        try result(of: statement, values).changes
    }

    func lock(_ lock: SQLLock) throws {
        guard mode == .write, locks.insert(lock).inserted else { return }
        for (statement, values) in lock.statements { try run(statement, values: values) }
    }

    /// What was overwritten is in PostgreSQL's files until it vacuums, and in its log until that is gone: not ours to
    /// clear away.
    func noteErasure() {}

    static func violatedConstraint(_ error: any Error) -> String? { (error as? PostgresFailure)?.violatedConstraint }

    /// Ends a unit of work that writes; all of it is durable then.
    func commit() throws {
        if let failure { throw failure }
        guard hasBegun || !queue.isEmpty else { return }
        let answers = try send([.commit], commits: true)
        guard answers.last?.tag == "COMMIT" else {
            throw PostgresFailure(
                kind: .refused(state: "25P02", constraint: nil),
                reason: "a unit of work that failed was not committed")
        }
    }

    /// Carries out what is waiting, then `statement`.
    private func result(of statement: SQLStatement, _ values: [SQLValue]) throws -> QueryResult {
        if let failure { throw failure }
        guard let result = try send([Query(statement, values)]).last else { throw connection.lost() }
        return result
    }

    private func send(_ last: [Query], commits: Bool = false) throws -> [QueryResult] {
        let queries = (hasBegun ? [] : [mode == .read ? .beginRead : .beginWrite]) + queue + last
        queue = []
        hasBegun = true
        do {
            return try connection.run(queries, commits: commits)
        } catch let error as PostgresFailure {
            failure = error
            throw error
        }
    }
}

extension Query {
    fileprivate static let beginRead = Query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    fileprivate static let beginWrite = Query("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE")
    fileprivate static let commit = Query("COMMIT")
    static let rollback = Query("ROLLBACK")
    static let ping = Query("SELECT 1")
}

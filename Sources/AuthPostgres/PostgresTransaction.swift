import AuthCore
import CLibPQ

/// One unit of work on a connection.
///
/// A statement whose answer the body does not need waits in a queue and goes with the next one that is asked for an
/// answer, or with the COMMIT: a login's whole transaction is one round trip.
final class PostgresTransaction {
    enum Mode {
        /// One statement outside any transaction: it is a consistent state by itself.
        case single
        /// REPEATABLE READ: however many statements, one state.
        case snapshot
        case write
        /// Reads within a transaction that somebody else began and will end.
        case insideAnother
    }

    /// A read that began as ``Mode/single`` asks for more than one statement: run it again as a snapshot.
    struct NeedsSnapshot: Error {}

    private let connection: PostgresConnection
    private let mode: Mode
    private var queue: [Query] = []
    private var hasBegun = false
    private var holdsKeyLock = false
    private var holdsKeyRows = false
    /// The first failure: a body that swallows it must not come to a commit.
    private var failure: (any Error)?
    private(set) var wasUsed = false

    init(_ connection: PostgresConnection, _ mode: Mode) {
        self.connection = connection
        self.mode = mode
    }

    /// Carries `call` out some time before the commit.
    func enqueue(_ statement: Statement, _ values: Parameter...) { queue.append(Query(statement, values)) }

    /// Carries out what is waiting, then `statement`, and answers what that answered.
    func fetch(_ statement: Statement, _ values: Parameter...) throws -> QueryResult {
        if let failure { throw failure }
        if mode == .single, wasUsed { throw needsSnapshot() }
        wasUsed = true
        return try attempt {
            let calls = opening + queue + [Query(statement, values)]
            queue = []
            hasBegun = mode == .snapshot || mode == .write
            guard let answer = try connection.run(calls).last else { throw connection.lost() }
            return answer
        }
    }

    /// Whoever decides about keys does so after everyone before: waits for the others' commits, then sees them.
    func lockKeys() {
        guard mode == .write, !holdsKeyLock else { return }
        holdsKeyLock = true
        enqueue(.lockKeys, .integer(Statement.advisoryLock))
    }

    /// Also holds back the logins that would extend a promise: none is lost, none slips past a retirement.
    func lockKeyRows() {
        lockKeys()
        guard mode == .write, !holdsKeyRows else { return }
        holdsKeyRows = true
        enqueue(.lockKeyStates)
    }

    func needSnapshot() throws { if mode == .single { throw needsSnapshot() } }

    /// Ends the unit of work; all of it is durable then.
    func commit() throws {
        if let failure { throw failure }
        guard mode == .snapshot || mode == .write, hasBegun || !queue.isEmpty else { return }
        try attempt {
            let calls = opening + queue + [Query(.commit)]
            queue = []
            hasBegun = true
            let answers = try connection.run(calls, commits: mode == .write)
            guard answers.last?.tag == "COMMIT" else {
                throw PostgresFailure(
                    kind: .refused(state: "25P02", constraint: nil),
                    reason: "a unit of work that failed was not committed")
            }
            hasBegun = false
        }
    }

    /// Leaves nothing behind. A connection on which that fails is given up by its owner.
    func rollBack() {
        queue = []
        guard hasBegun, PQstatus(connection.handle) == CONNECTION_OK else { return }
        hasBegun = false
        _ = try? connection.run([Query(.rollback)])
    }

    private var opening: [Query] {
        guard !hasBegun else { return [] }
        switch mode {
        case .single, .insideAnother: return []
        case .snapshot: return [Query(.beginSnapshot)]
        case .write: return [Query(.begin)]
        }
    }

    private func needsSnapshot() -> NeedsSnapshot {
        failure = NeedsSnapshot()
        return NeedsSnapshot()
    }

    private func attempt<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as PostgresFailure {
            failure = error
            throw error
        }
    }
}

import AuthCore
import CLibPQ
import Glibc

/// One connection to PostgreSQL, of one thread at a time: who hands it on keeps nothing of it. Nothing here waits without
/// a deadline.
final class PostgresConnection: @unchecked Sendable {
    /// How long a host may take to accept us; the URL's `connect_timeout` or `PGCONNECT_TIMEOUT` win.
    private static let connectTimeout = "2"
    /// For the server: what we have given up must not go on holding locks there.
    private static let session = """
        SET statement_timeout = '5s';
        SET idle_in_transaction_session_timeout = '5s';
        SET default_transaction_isolation = 'read committed';
        """

    private static let looks = 4

    let handle: OpaquePointer
    /// The names under which PostgreSQL holds texts prepared on this connection. One that was made in a transaction
    /// stays when that is undone.
    private var prepared: [String: String] = [:]
    private var lastName = 0
    /// How long one answer may take.
    var timeout: Duration
    /// How long somebody waits for whom a request waits.
    static let usualTimeout: Duration = .seconds(2)

    /// - Throws: ``PostgresFailure``, whose reason names host and port but no password.
    init(to address: PostgresAddress, timeout: Duration = usualTimeout) throws {
        let begun = ContinuousClock.now
        self.timeout = timeout
        // What stands before `dbname` yields to the URL, which that keyword holds.
        var options = [("fallback_application_name", "jwks-server"), ("client_encoding", "UTF8")]
        if getenv("PGCONNECT_TIMEOUT") == nil { options.append(("connect_timeout", Self.connectTimeout)) }
        // Of several hosts the one that takes writes: so a client follows a failover.
        if getenv("PGTARGETSESSIONATTRS") == nil { options.append(("target_session_attrs", "read-write")) }
        options.append(("dbname", address.url))
        let keywords = options.map { strdup($0.0) }
        let values = options.map { strdup($0.1) }
        defer { for text in keywords + values { free(text) } }
        // The blocking form alone has libpq's own time limit for each of several hosts.
        let handle = PQconnectdbParams(
            keywords.map { $0.map { UnsafePointer($0) } } + [nil], values.map { $0.map { UnsafePointer($0) } } + [nil],
            1)
        guard let handle else {
            throw PostgresFailure(kind: .lost(mayHaveCommitted: false), reason: "there is no memory for a connection")
        }
        self.handle = handle
        if PQstatus(handle) != CONNECTION_OK {
            let failure = connectionFailure(after: .now - begun)
            guard PQstatus(handle) == CONNECTION_OK else { throw failure }
        }
        // libpq would write notices to stderr.
        PQsetNoticeReceiver(handle, { _, _ in }, nil)
        PQsetnonblocking(handle, 1)
        do {
            try simpleQuery(Self.session, within: min(timeout, Self.usualTimeout))
        } catch let failure as PostgresFailure {
            guard case .timedOut = failure.kind else { throw failure }
            throw PostgresFailure(
                kind: .notConnected(.queued),
                reason: "a connection was accepted and is not served (by a pooler that has none left?)")
        }
        // What is answered is on disk, whatever a role or database was set to; stricter settings stay.
        try simpleQuery(
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
    }

    deinit { PQfinish(handle) }

    /// Whether the server has not closed the connection, as far as the socket knows: costs one system call.
    var isUsable: Bool {
        var descriptor = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        // A notice, or the end, which comes after a last message: libpq tells.
        for _ in 0..<Self.looks {
            guard poll(&descriptor, 1, 0) != 0 else { break }
            guard PQconsumeInput(handle) == 1 else { return false }
        }
        return PQstatus(handle) == CONNECTION_OK && PQtransactionStatus(handle) == PQTRANS_IDLE
    }

    /// Whether no transaction is left open.
    var isIdle: Bool { PQtransactionStatus(handle) == PQTRANS_IDLE }

    /// Undoes what is left open. Where that fails the connection is of no use any more, and is not idle.
    func rollBack() {
        guard !isIdle, PQstatus(handle) == CONNECTION_OK else { return }
        _ = try? run([.rollback])
    }

    /// Sends all of `queries` at once and waits for their answers: one round trip, however many of them have to be
    /// prepared first.
    /// - Parameter commits: whether a connection lost now leaves the unit of work in doubt.
    /// - Throws: ``PostgresFailure`` for the first query that fails; those after it were not carried out.
    @discardableResult
    func run(_ queries: [Query], commits: Bool = false, within limit: Duration? = nil) throws -> [QueryResult] {
        if PQpipelineStatus(handle) == PQ_PIPELINE_OFF { PQenterPipelineMode(handle) }
        var sent: [Sent] = []
        for query in queries { try send(query, &sent) }
        guard PQpipelineSync(handle) == 1 else { throw lost() }
        return try answers(to: sent, until: .now + (limit ?? timeout), mayHaveCommitted: commits)
    }

    /// What PostgreSQL answers one after another.
    private enum Sent {
        case preparation(text: String, name: String)
        case query
    }

    private func send(_ query: Query, _ sent: inout [Sent]) throws {
        let parameters = EncodedParameters(query.values)
        let count = Int32(query.values.count)
        let name = query.isPrepared ? try prepare(query.text, &sent) : nil
        let isSent = parameters.withPointers { pointers in
            if let name {
                PQsendQueryPrepared(handle, name, count, pointers, parameters.lengths, parameters.formats, 0)
            } else {
                PQsendQueryParams(
                    handle, query.text, count, nil, pointers, parameters.lengths, parameters.formats, 0)
            }
        }
        guard isSent == 1 else { throw lost() }
        sent.append(.query)
    }

    private func prepare(_ text: String, _ sent: inout [Sent]) throws -> String {
        if let name = prepared[text] { return name }
        for case .preparation(text, let name) in sent { return name }
        // A new name each time: what became of one whose preparation failed is nobody's concern.
        lastName += 1
        let name = "s\(lastName)"
        guard PQsendPrepare(handle, name, text, 0, nil) == 1 else { throw lost() }
        sent.append(.preparation(text: text, name: name))
        return name
    }

    /// Everything up to the pipeline's synchronisation point.
    private func answers(
        to sent: [Sent], until deadline: ContinuousClock.Instant, mayHaveCommitted: Bool
    ) throws -> [QueryResult] {
        var answers: [QueryResult] = []
        var open = sent[...]
        var failure: PostgresFailure?
        var isBetween = false
        while true {
            guard let result = try next(until: deadline, mayHaveCommitted: mayHaveCommitted) else {
                // One nil stands between two answers; two of them: there is nothing more.
                if isBetween { throw lost(mayHaveCommitted) }
                isBetween = true
                continue
            }
            isBetween = false
            let answer = QueryResult(result)
            switch answer.status {
            case PGRES_PIPELINE_SYNC:
                if let failure { throw failure }
                return answers
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK:
                switch open.popFirst() {
                case .preparation(let text, let name): prepared[text] = name
                case .query, nil: answers.append(answer)
                }
            case PGRES_PIPELINE_ABORTED: break
            default:
                let isLost = PQstatus(handle) == CONNECTION_BAD
                let first = failure ?? answer.failure(lost: isLost, mayHaveCommitted: mayHaveCommitted)
                failure = first
                if isLost { throw first }
            }
        }
    }

    /// The next result; nil between two statements.
    func next(until deadline: ContinuousClock.Instant, mayHaveCommitted: Bool = false) throws -> OpaquePointer? {
        var unsent = PQflush(handle)
        while PQisBusy(handle) == 1 {
            guard unsent >= 0 else { throw lost(mayHaveCommitted) }
            try wait(
                for: POLLIN | (unsent == 1 ? POLLOUT : 0), until: deadline, mayHaveCommitted: mayHaveCommitted)
            guard PQconsumeInput(handle) == 1 else { throw lost(mayHaveCommitted) }
            unsent = PQflush(handle)
        }
        return PQgetResult(handle)
    }

    func wait(for events: Int32, until deadline: ContinuousClock.Instant, mayHaveCommitted: Bool = false) throws {
        while true {
            let left = (deadline - .now).milliseconds
            guard left > 0 else {
                throw PostgresFailure(
                    kind: .timedOut(mayHaveCommitted: mayHaveCommitted),
                    reason: "PostgreSQL did not answer within its time")
            }
            var descriptor = pollfd(fd: PQsocket(handle), events: Int16(events), revents: 0)
            if poll(&descriptor, 1, Int32(min(left, 60_000))) > 0 { return }
        }
    }

    func lost(_ mayHaveCommitted: Bool = false) -> PostgresFailure {
        PostgresFailure(
            kind: .lost(mayHaveCommitted: mayHaveCommitted), reason: "the connection to PostgreSQL was lost")
    }
}

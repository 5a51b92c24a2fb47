import AuthCore

/// What can go wrong with a statement. The reason is for the log: it holds no parameter and no password.
struct PostgresFailure: Error {
    enum Kind: Equatable {
        /// There is no connection.
        case notConnected(ConnectionObstacle)
        /// PostgreSQL refused the statement.
        case refused(state: String, constraint: String?)
        /// The connection is gone. Where `mayHaveCommitted`, nobody can tell what became of the unit of work.
        case lost(mayHaveCommitted: Bool)
        /// No answer within the deadline; the connection is given up.
        case timedOut(mayHaveCommitted: Bool)
    }

    let kind: Kind
    let reason: String

    /// Deadlock or serialization failure: nothing happened, and the same again may well succeed.
    var isConflict: Bool {
        if case .refused(let state, _) = kind { return state == "40P01" || state == "40001" }
        return false
    }

    /// Whether the connection is of no use any more: it is gone, or its server is shutting down or has become a replica.
    var endsConnection: Bool {
        guard case .refused(let state, _) = kind else { return true }
        return state.hasPrefix("57P") || state.hasPrefix("08") || state == "25006" || state == "25P03"
    }

    /// Whether PostgreSQL is there, and has no connection left.
    var isShortage: Bool { kind == .notConnected(.shortage) || kind == .notConnected(.queued) }

    /// - Parameter someWork: whether other connections are served: then one that is not waits for those, and PostgreSQL
    ///   is well.
    func isShortage(whileSomeWork someWork: Bool) -> Bool {
        kind == .notConnected(.shortage) || someWork && kind == .notConnected(.queued)
    }

    /// Whether the same again may succeed without anybody changing a setting.
    var mayPass: Bool {
        switch kind {
        case .notConnected(let obstacle): obstacle != .refusal
        case .lost, .timedOut: true
        // A conflict, a lock, no room, a shutdown, a replica before it is promoted.
        case .refused(let state, _):
            ["08", "40", "53", "55P03", "57", "25006"].contains { state.hasPrefix($0) }
        }
    }

    /// The name of the UNIQUE constraint that refused the statement.
    var violatedConstraint: String? {
        if case .refused("23505", let constraint) = kind { constraint } else { nil }
    }

    /// In the terms of the port.
    var asUnavailable: AuthError {
        switch kind {
        case .refused(let state, _): .unavailable("\(reason) (SQLSTATE \(state))")
        case .lost(mayHaveCommitted: true), .timedOut(mayHaveCommitted: true):
            .unavailable("\(reason); whether the change was committed is not known")
        case .notConnected, .lost, .timedOut: .unavailable(reason)
        }
    }
}

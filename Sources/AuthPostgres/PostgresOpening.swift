import AuthCore
package import AuthSQL

/// How a process comes to its PostgreSQL: with how many connections, and how long it waits for one that is away.
package struct PostgresOpening: Sendable {
    /// As many as work at the same time; one that listens comes on top.
    let connections: Int
    /// How long an opening may wait for what may pass by itself.
    let wait: Duration
    let tell: @Sendable (PostgresEvent) -> Void

    /// For a command: an operator sees what is wrong and tries again.
    package static let command = PostgresOpening(connections: 1, wait: .zero) { _ in }

    /// For a server.
    /// - Parameters:
    ///   - wait: how long a start waits for a PostgreSQL that is away, starting, or has no connection left.
    ///   - tell: what the operator is told, from any thread; must not wait.
    package static func server(
        wait: Duration, tell: @escaping @Sendable (PostgresEvent) -> Void
    ) -> PostgresOpening {
        PostgresOpening(connections: ConnectionPool.size, wait: wait, tell: tell)
    }

    /// What the database holds about keys, read without changing or creating anything.
    /// - Throws: ``OperatorError/refused(_:)`` with one line for the operator.
    package func peek(_ address: PostgresAddress) async throws -> KeyStorePeek {
        try await PostgresAttempts(address, self) { try PostgresStore.read(address) }.run()
    }

    /// Connects and brings the tables up to date.
    /// - Throws: ``OperatorError/refused(_:)`` with one line for the operator, without a password.
    package func open(_ address: PostgresAddress) async throws -> PostgresStore {
        let pair = try await PostgresAttempts(address, self) { try ConnectionPair.migrated(address) }.run()
        return try PostgresStore(address, pair, self)
    }
}

extension PostgresStore {
    /// As ``PostgresOpening/peek(_:)``, tried once, by the thread that calls it.
    package static func peek(_ address: PostgresAddress) throws -> KeyStorePeek {
        try PostgresFailure.refusing(address) { try read(address) }
    }

    fileprivate static func read(_ address: PostgresAddress) throws -> KeyStorePeek {
        let pair = try ConnectionPair(to: address)
        return try PostgresDriver(pair.working, .read).peek()
    }

    /// As ``PostgresOpening/open(_:)``, tried once, by the thread that calls it.
    package convenience init(_ address: PostgresAddress, connections: Int = 4) throws {
        let pair = try PostgresFailure.refusing(address) { try ConnectionPair.migrated(address) }
        try self.init(address, pair, PostgresOpening(connections: connections, wait: .zero) { _ in })
    }
}

extension ConnectionPair {
    /// Connects, and brings the tables up to date.
    fileprivate static func migrated(_ address: PostgresAddress) throws -> ConnectionPair {
        let pair = try ConnectionPair(to: address)
        try PostgresMigrator.run(on: pair.working)
        return pair
    }
}

extension PostgresFailure {
    /// Runs `body`, and tells the operator in one line what PostgreSQL has against it.
    static func refusing<Result>(_ address: PostgresAddress, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let failure as PostgresFailure { throw failure.refusal(of: address) }
    }

    /// - Parameter waited: for how long, if it was waited for.
    func refusal(of address: PostgresAddress, waited: Duration = .zero) -> OperatorError {
        let end = waited > .zero ? "; this start waited for it \(waited.secondsRoundedUp) s (JWKS_DATABASE_WAIT)" : ""
        return .refused("JWKS_DATABASE names \(address), which cannot be used: \(reason)\(end)")
    }
}

// Storage owns what a unit of work is, and puts the slices of the port together that stand with each area (AccountStore,
// AuditStore, ClientStore, ResourceStore, KeyStore, KeyPropagationStore, LoginRecordStore). It must not know a database.

/// Port: where accounts, clients, keys and the audit log live.
///
/// A unit of work is a synchronous body: nothing in it can wait for a hash, a signature or the network. All of its
/// changes are durable when the call returns, or none is. A body may run again after a conflict, so it changes nothing
/// but the transaction. The caller's cancellation does not undo a unit of work that has begun.
///
/// Every call may throw ``AuthError/unavailable(_:)``, and ``OperatorError/damaged(_:)`` for a row that cannot be read.
package protocol Store: Sendable {
    /// Runs `body` on one consistent state.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result

    /// Runs `body` alone, and commits.
    /// - Parameter carriedOut: is told what `body` came to whenever it was carried out, before that is durable, and where it
    ///   never will be. It is called on the store's thread: it must not block.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result,
        carriedOut: @escaping @Sendable (Result) -> Void
    ) async throws -> Result

    /// Returns when the database answers and has its tables: what `/health/ready` asks.
    func ping() async throws
}

/// What a unit of work may look at.
package protocol ReadTransaction:
    AccountReads, AuditReads, ClientReads, ConsentReads, ResourceReads, FlowReads, GrantReads, KeyReads,
    KeyPropagationReads, KeySightReads, LoginRecordReads, LogoutReads, SessionReads, TokenSecretReads
{}

/// What a unit of work may change.
package protocol WriteTransaction:
    ReadTransaction, AccountWrites, AuditWrites, ClientWrites, ConsentWrites, ResourceWrites, FlowWrites, GrantWrites,
    KeyWrites, KeyPropagationWrites, KeySightWrites, LoginRecordWrites, LogoutWrites, SessionWrites, TokenSecretWrites
{}

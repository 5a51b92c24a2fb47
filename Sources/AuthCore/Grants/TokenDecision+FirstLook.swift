/// What is looked at before the writer is asked for: everybody waits for it, so that nobody has it by guessing.
extension TokenDecision {
    /// Finds by reading alone what cannot lead to a token; the unit of work looks again.
    /// - Throws: ``AuthError`` as the unit of work would.
    func look(in transaction: any ReadTransaction) throws {
        _ = try registeredClient(in: transaction)
        switch request.way {
        case .code(let hash, _, _):
            guard try transaction.hasCode(hash) else { throw AuthError.tokenRefused(.invalidGrant) }
        case .refresh:
            // Without a key nobody can tell: that is no refusal.
            if !refreshKeys.isEmpty { throw AuthError.tokenRefused(.invalidGrant) }
        case .clientCredentials: break
        }
    }

    /// The client, once it has proved itself and may get tokens in this way.
    func registeredClient(in transaction: any ReadTransaction) throws -> Client {
        let client = try AuthenticateClient()(credentials, in: transaction, at: now)
        let isRegistered =
            switch request.way {
            case .code: client.grants.contains(.authorizationCode)
            case .clientCredentials: client.kind == .confidential && client.grants.contains(.clientCredentials)
            // By the grant too, which is not known yet.
            case .refresh: true
            }
        guard isRegistered else { throw AuthError.tokenRefused(.unauthorizedClient) }
        return client
    }
}

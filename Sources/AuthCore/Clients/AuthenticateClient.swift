/// What a client sent to prove who it is, in HTTP Basic or in a form. It holds no secret in the clear.
package struct ClientCredentials: Sendable {
    let id: ClientID?
    let digest: ClientSecretDigest?
    let place: ClientSecretPlace

    /// - Parameters:
    ///   - secret: nil where none was sent; an empty one is none (RFC 6749 §2.3.1).
    ///   - place: where it stood; never ``ClientSecretPlace/any``.
    package init(id: String, secret: Secret?, in place: ClientSecretPlace = .basic) {
        self.id = ClientID(id)
        self.place = place
        digest = secret.flatMap { $0.isEmpty ? nil : ClientSecretDigest(of: $0) }
    }
}

/// Use case: a client proves who it is, within the unit of work that needs to know, so that one that was disabled or
/// deleted gets nothing more.
package struct AuthenticateClient: Sendable {
    /// Has no state.
    package init() {}

    /// The client whose id and secret these are; a public one by its id alone.
    /// - Throws: ``AuthError/invalidClient``, the same for an unknown id, a wrong secret, a secret from one that has none
    ///   or in the place that it did not register, and a client that is disabled.
    package func callAsFunction(
        _ credentials: ClientCredentials, in transaction: some ClientReads, at now: Timestamp
    ) throws -> Client {
        guard let (client, secrets) = try credentials.id.flatMap({ try transaction.clientAndSecrets($0) }),
            ClientProof(of: client, secrets).isGiven(by: credentials, at: now)
        else { throw AuthError.invalidClient }
        return client
    }

    /// The same where no more is needed of the client than its proof, which is less to read.
    package func proof(
        _ credentials: ClientCredentials, in transaction: some ClientReads, at now: Timestamp
    ) throws -> ClientProof {
        guard let proof = try credentials.id.flatMap({ try transaction.proof(of: $0) }),
            proof.isGiven(by: credentials, at: now)
        else { throw AuthError.invalidClient }
        return proof
    }
}

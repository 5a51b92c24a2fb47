/// Permission to sign under a key until a moment, held in the transaction that records what the token is for.
///
/// For each kid the store holds the latest expiry of a token under it. A token within that costs no write; one beyond it
/// extends the reservation by a margin, in the use case's own transaction, and only if the key still is active there. So a
/// key's retirement can be exact to that margin, whatever crashes.
package struct SigningReservation: Sendable {
    /// The store says that the key is not active any more: nothing was recorded, the ring has to be read anew.
    struct KeyNotActive: Error {}

    /// The key to sign with.
    package let key: SigningKey
    /// When the token expires, in whole seconds.
    package let expiresAt: Timestamp
    /// What has to be reserved; nil where that was done before.
    let missing: (until: Timestamp, withdrawnAt: Timestamp)?

    /// Makes the reservation good in `transaction`; to be called in the same unit of work that records the token.
    /// - Throws: an error that ``TokenSigner/withReservation(lifetime:algorithm:_:)`` understands, where the key is not
    ///   active any more; it has to leave the unit of work, which then changes nothing.
    package func hold(in transaction: any KeyWrites) throws {
        guard let missing else { return }
        guard
            try transaction.reserveSigning(
                under: key.id, until: missing.until, withdrawnAt: missing.withdrawnAt)
        else { throw KeyNotActive() }
    }
}

/// Use case: an operator gives a client another secret. The one before stays valid for a while, so that the client can be
/// configured anew without anyone noticing.
package struct RotateClientSecret: Sendable {
    /// The longest time in which two secrets are valid.
    package static let longestOverlap: Duration = .seconds(90 * 86_400)
    private let store: any Store
    private let time: any TimeSource
    private let origin: AuditOrigin

    /// In this store.
    /// - Parameter origin: who does it.
    package init(store: any Store, time: any TimeSource, by origin: AuditOrigin) {
        self.store = store
        self.time = time
        self.origin = origin
    }

    /// Makes a secret, which is answered here and kept nowhere. At most two are valid at once.
    /// - Parameter overlap: for how long the one before stays valid; zero ends every other at once.
    /// - Throws: ``OperatorError/refused(_:)`` when the client is public or none, and while two are valid, unless `overlap`
    ///   is zero.
    package func callAsFunction(_ id: String, overlap: Duration) async throws -> ClientSecret {
        guard overlap >= .zero, overlap <= Self.longestOverlap else {
            throw OperatorError.refused("the old secret stays valid for 90 days at the most")
        }
        let now = time.now
        let secret = ClientSecret.random()
        let digest = secret.digest
        try await store.write { transaction in
            let client = try transaction.requireClient(id)
            guard client.kind == .confidential else {
                throw OperatorError.refused("the client \(id) is public: it has no secret")
            }
            let end = overlap == .zero ? nil : now + overlap
            guard try !transaction.addSecret(digest, to: client.id, at: now, endingOthersAt: end) else {
                return try transaction.append(AuditEvent(.clientRotateSecret, by: origin, at: now, client: id))
            }
            let old = try transaction.secrets(of: client.id).compactMap(\.expiresAt).max()
            throw OperatorError.refused(
                "two secrets of the client \(id) are valid\(old.map { ", the older until \(utcText($0)) UTC" } ?? ""):"
                    + " wait for that, or end both with --overlap 0s")
        }
        return secret
    }
}

/// Where a key stands in its life. The order of the cases is the order of a life.
package enum KeyState: String, Sendable, CaseIterable {
    /// In the JWK Set, not signing yet: verifiers get to know it.
    case published
    /// In the JWK Set, signing. There is one for each algorithm.
    case active
    /// In the JWK Set until the last token it signed has expired; its private half is destroyed.
    case retired
    /// Taken out of the JWK Set by an operator; kept only until its tokens have expired, for the record.
    case revoked
    /// In no JWK Set, ever: it signs the tokens of `?expired=true`, which are expired when they are made.
    case expired
}

/// What the schedule knows of a key: its algorithm, its state and its times, nothing secret.
package struct KeyLifecycle: Equatable, Sendable {
    /// The key's kid.
    package let id: KeyID
    /// What it signs with, from its first to its last day.
    package let algorithm: KeyAlgorithm
    /// Where it stands.
    package var state: KeyState
    /// When the key entered the JWK Set.
    package var publishedAt: Timestamp
    /// When the key began to sign, or is due to.
    package var activatesAt: Timestamp
    /// When the key ceased to sign.
    package var retiredAt: Timestamp?
    /// No token signed under this key expires later; nil while it has signed none.
    package var latestTokenExpiry: Timestamp?
    /// When the key leaves the JWK Set, in whole seconds: the column `keys.exp`.
    package var withdrawnAt: Timestamp

    /// A key with these times, of RS256 unless said otherwise.
    package init(
        id: KeyID, algorithm: KeyAlgorithm = .rs256, state: KeyState, publishedAt: Timestamp, activatesAt: Timestamp,
        retiredAt: Timestamp? = nil, latestTokenExpiry: Timestamp? = nil, withdrawnAt: Timestamp
    ) {
        self.id = id
        self.algorithm = algorithm
        self.state = state
        self.publishedAt = publishedAt
        self.activatesAt = activatesAt
        self.retiredAt = retiredAt
        self.latestTokenExpiry = latestTokenExpiry
        self.withdrawnAt = withdrawnAt
    }

    /// Whether verifiers are to find the key in the JWK Set at `now`.
    package func isInJWKSet(at now: Timestamp) -> Bool {
        switch state {
        case .published, .active: true
        case .retired: now < withdrawnAt
        case .revoked, .expired: false
        }
    }

    /// Whether the row still holds the private half.
    package var holdsPrivateHalf: Bool { state == .published || state == .active || state == .expired }
}

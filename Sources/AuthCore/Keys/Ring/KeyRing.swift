/// The keys at one moment: which sign, and what verifiers are shown. Immutable; parsed and rendered once.
package struct KeyRing: Sendable {
    /// Signs live tokens with RS256.
    package let active: SigningKey
    /// Signs the tokens of `?expired=true`; nil for the first moments of a new database.
    package let expired: SigningKey?
    /// What verifiers are shown.
    package let set: JWKSet
    /// When the JWK Set will change next, by the schedule; nil when nothing is due.
    package let setChangesAt: Timestamp?
    private let others: [KeyAlgorithm: SigningKey]

    /// - Parameters:
    ///   - active: the key that signs RS256.
    ///   - others: the keys that sign with other algorithms, one for each.
    package init(
        active: SigningKey, others: [SigningKey] = [], expired: SigningKey?, set: JWKSet, setChangesAt: Timestamp?
    ) {
        self.active = active
        self.others = Dictionary(others.map { ($0.algorithm, $0) }) { first, _ in first }
        self.expired = expired
        self.set = set
        self.setChangesAt = setChangesAt
    }

    /// The key that signs with `algorithm`; nil while there is none.
    package func active(_ algorithm: KeyAlgorithm) -> SigningKey? {
        algorithm == active.algorithm ? active : others[algorithm]
    }

    /// The keys that sign, by algorithm.
    package var activeKeys: [SigningKey] { KeyAlgorithm.allCases.compactMap { active($0) } }

    /// What a verifier may be told: `min(longest, time until the set changes)`, whole seconds, never negative.
    package func maxAge(atMost longest: Duration, now: Timestamp) -> Int64 {
        guard let setChangesAt else { return longest.milliseconds / 1000 }
        return max(0, min(longest.milliseconds, (setChangesAt - now).milliseconds) / 1000)
    }
}

/// How many of the known verifiers have the newest key: the answer to "who would fail if it signed now?".
package struct KeyPropagation: Equatable, Sendable, CustomStringConvertible {
    /// The newest key in the JWK Set.
    package let newest: KeyID
    /// Verifiers that fetched the JWK Set within the last day.
    package let known: Int
    /// Those of them that fetched it since `newest` was in it.
    package let aware: Int

    /// How long what a node recorded counts: it renews it twice as often.
    package static let validity: Duration = .seconds(7_200)

    /// These counts.
    package init(newest: KeyID, known: Int, aware: Int) {
        self.newest = newest
        self.known = known
        self.aware = aware
    }

    package var description: String { "\(aware) of \(known) known verifiers have key \(newest)" }
}

extension Sequence<NodePropagation> {
    /// What the nodes know together of the newest key that any of them has: a verifier that asks two of them counts for
    /// two. nil where none said anything since `moment`.
    package func total(since moment: Timestamp) -> KeyPropagation? {
        let recent = filter { $0.recordedAt >= moment }.map(\.propagation)
        guard let newest = recent.map(\.newest).max() else { return nil }
        let aware = recent.filter { $0.newest == newest }.map(\.aware).reduce(0, +)
        return KeyPropagation(newest: newest, known: recent.map(\.known).reduce(0, +), aware: aware)
    }
}

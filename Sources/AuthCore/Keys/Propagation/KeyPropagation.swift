/// How many of the known verifiers have the newest key: the answer to "who would fail if it signed now?".
package struct KeyPropagation: Equatable, Sendable, CustomStringConvertible {
    /// The newest key in the JWK Set.
    package let newest: KeyID
    /// Verifiers that fetched the JWK Set within the last day.
    package let known: Int
    /// Those of them that fetched it since `newest` was in it.
    package let aware: Int

    package init(newest: KeyID, known: Int, aware: Int) {
        self.newest = newest
        self.known = known
        self.aware = aware
    }

    package var description: String { "\(aware) of \(known) known verifiers have key \(newest)" }
}

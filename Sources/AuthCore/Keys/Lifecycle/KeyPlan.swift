extension KeySchedule {
    /// A key that is missing.
    package struct MissingKey: Hashable, Sendable {
        /// What it is wanted for.
        package enum Role: String, Sendable {
            /// No key can sign: the new one must at once.
            case active
            /// `?expired=true` has no key.
            case expired
            /// There is no successor.
            case successor
        }

        /// What it is wanted for.
        package let role: Role
        /// What it has to sign with.
        package let algorithm: KeyAlgorithm

        /// Nothing signs RS256.
        package static let active = MissingKey(role: .active, algorithm: .rs256)
        /// `?expired=true` has no key.
        package static let expired = MissingKey(role: .expired, algorithm: .rs256)
        /// The signing key of RS256 has no successor.
        package static let successor = successor(of: .rs256)
        /// This algorithm has no key that waits.
        package static func successor(of algorithm: KeyAlgorithm) -> MissingKey {
            MissingKey(role: .successor, algorithm: algorithm)
        }
    }

    /// Something that happened to a key, for the log.
    package enum Event: Equatable, Sendable {
        /// `early` when it had not been published for the publish-ahead time: some verifiers may not know it yet.
        case activated(KeyID, early: Bool)
        case retired(KeyID, withdrawnAt: Timestamp)
        case revoked(KeyID)
        case deleted(KeyID)
        /// There was a state and no key.
        case keyWasMissing(KeyID)
        /// There was a key and no state.
        case stateWasMissing(KeyID)
    }

    /// The answer for one moment.
    package struct Plan: Equatable, Sendable {
        /// The keys as they have to be; a key that is missing here is to be deleted.
        package internal(set) var observed: [ObservedKey]
        /// What happened on the way there.
        package internal(set) var events: [Event] = []
        /// Keys to generate, most urgent first.
        package internal(set) var missing: [MissingKey] = []
        /// When there will be something to do again.
        package internal(set) var wakesAt: Timestamp?
        /// When the JWK Set will change next; nil when nothing is due.
        package internal(set) var setChangesAt: Timestamp?

        init(observed: [ObservedKey]) { self.observed = observed }

        /// The keys as this process sees them.
        package var keys: [KeyLifecycle] { observed.map(\.effective) }

        /// The key that signs with `algorithm`.
        package func active(_ algorithm: KeyAlgorithm) -> KeyLifecycle? {
            index(of: .active, algorithm).map { observed[$0].effective }
        }

        /// The key that signs RS256.
        package var active: KeyLifecycle? { active(.rs256) }

        /// The keys that sign, by algorithm.
        package var activeKeys: [KeyLifecycle] { KeyAlgorithm.allCases.compactMap { active($0) } }

        func index(of state: KeyState, _ algorithm: KeyAlgorithm) -> Int? {
            observed.firstIndex { $0.state == state && $0.algorithm == algorithm }
        }

        mutating func remove(where isOver: (ObservedKey) -> Bool) {
            events += observed.filter(isOver).map { .deleted($0.id) }
            observed.removeAll(where: isOver)
        }
    }
}

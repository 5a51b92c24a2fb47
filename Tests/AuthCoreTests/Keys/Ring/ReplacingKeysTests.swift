import AuthCore
import AuthTestSupport
import Testing

@Suite("RotateKeys.replace") struct ReplacingKeysTests {
    @Test(
        "leaves none of the keys in the JWK Set, and every algorithm with a new one",
        arguments: [[], [.es256, .edDSA]] as [Set<KeyAlgorithm>])
    func all(_ algorithms: Set<KeyAlgorithm>) async throws {
        let world = try await KeyWorld(algorithms: algorithms)
        let rotate = world.process().rotate
        _ = try await rotate.stepMakingKeys(.due)
        // A rotation: of RS256 there are a retired key, one that signs and one that waits.
        world.time.advance(by: KeyWorld.usualPolicy.activePeriod)
        let before = try await rotate.stepMakingKeys(.due).plan.keys
        let ids = Set(before.filter { $0.isInJWKSet(at: world.time.now) }.map(\.id))
        #expect(before.map(\.state).contains(.retired))

        let (outcome, revoked) = try await rotate.replace(ids)
        #expect(revoked == ids.sorted())
        let after = outcome.plan.keys
        #expect(ids.isDisjoint(with: after.filter { $0.isInJWKSet(at: world.time.now) }.map(\.id)))
        for algorithm in algorithms.union([.rs256]) {
            #expect(after.contains { $0.algorithm == algorithm && $0.state == .published })
        }
        let active = try #require(outcome.plan.active)
        #expect(!ids.contains(active.id) && active.activatesAt == world.time.now)
        #expect(after.filter { $0.state == .expired } == before.filter { $0.state == .expired })
        #expect(world.store.keyStoreContents == outcome.contents)
    }

    @Test("touches no other key") func none() async throws {
        let world = try await KeyWorld()
        try await world.insertUsualKeys()
        let before = world.store.keyStoreContents
        let (outcome, revoked) = try await world.process().rotate.replace([KeyID(2), KeyID(99)])
        #expect(revoked.isEmpty && outcome.contents == before)
    }
}

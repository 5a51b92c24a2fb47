import AuthCore
import AuthTestSupport
import Testing

/// Turning an algorithm on and off beside RS256: active 1000 s, published 100 s ahead, tokens of 60 s, skew 10 s.
@Suite("KeySchedule: algorithms") struct KeyScheduleAlgorithmTests {
    private static let rs256 = [active(1, from: 0), expired(2), published(3, at: 0, activates: 1_000)]
    private let one = KeySchedule(policy: ScheduleCase.schedule.policy)
    private let two = KeySchedule(policy: ScheduleCase.schedule.policy, algorithms: [.es256])
    private let three = KeySchedule(policy: ScheduleCase.schedule.policy, algorithms: [.es256, .edDSA])

    private func es256(
        _ id: Int64, _ state: KeyState, published: Double, activates: Double, latestTokenExpiry: Double? = nil,
        withdrawn: Double? = nil
    ) -> KeyLifecycle {
        KeyLifecycle(
            id: KeyID(id), algorithm: .es256, state: state, publishedAt: moment(published),
            activatesAt: moment(activates), latestTokenExpiry: latestTokenExpiry.map(moment),
            withdrawnAt: moment(withdrawn ?? activates + 1_070))
    }

    @Test("RS256 is always there") func always() {
        #expect(KeySchedule(policy: one.policy, algorithms: [.edDSA]).algorithms == [.rs256, .edDSA])
        #expect(one.algorithms == [.rs256])
    }

    @Test("a new database makes all keys, RS256's first, and no other signs at once") func newDatabase() {
        let plan = three.plan([KeyLifecycle](), at: moment(0))
        #expect(
            plan.missing == [.active, .expired, .successor, .successor(of: .es256), .successor(of: .edDSA)])
        for (algorithm, activates) in [(KeyAlgorithm.es256, 100.0), (.edDSA, 150)] {
            let key = three.lifecycle(
                of: KeyID(9), filling: .successor(of: algorithm), after: nil, at: moment(0))
            #expect(key.algorithm == algorithm && key.state == .published)
            #expect(key.activatesAt == moment(activates), "staggered: never all of the JWK Set at once")
        }
    }

    @Test("turned on: published now, signs after the publish-ahead time and not before") func turnedOn() {
        let keys = Self.rs256 + [es256(4, .published, published: 5, activates: 105)]
        #expect(two.plan(Self.rs256, at: moment(5)).missing == [.successor(of: .es256)])
        for now in [5, 50, 104.999] {
            let plan = two.plan(keys, at: moment(now))
            #expect(plan.active(.es256) == nil && plan.events.isEmpty && plan.missing.isEmpty)
            #expect(plan.wakesAt == moment(105))
        }
        let plan = two.plan(keys, at: moment(105))
        #expect(plan.events == [.activated(KeyID(4), early: false)])
        #expect(plan.active(.es256)?.id == KeyID(4))
        #expect(plan.active?.id == KeyID(1), "RS256 goes on by itself")
        #expect(plan.missing == [.successor(of: .es256)])
    }

    @Test("each algorithm rotates on its own") func rotation() {
        let keys =
            Self.rs256 + [
                es256(4, .active, published: 0, activates: 100, latestTokenExpiry: 1_150),
                es256(5, .published, published: 100, activates: 1_100),
            ]
        let first = two.plan(keys, at: moment(1_000))
        #expect(first.events == [.retired(KeyID(1), withdrawnAt: moment(1_010)), .activated(KeyID(3), early: false)])
        #expect(first.active(.es256)?.id == KeyID(4))
        let second = two.plan(first.keys + [published(6, at: 1_000, activates: 2_000)], at: moment(1_100))
        #expect(
            second.events == [
                .retired(KeyID(4), withdrawnAt: moment(1_160)), .activated(KeyID(5), early: false),
                .deleted(KeyID(1)),
            ])
        #expect(second.active?.id == KeyID(3))
    }

    @Test("turned off: no new tokens, the key leaves with its last one, the waiting one at once") func turnedOff() {
        let keys =
            Self.rs256 + [
                es256(4, .active, published: 0, activates: 100, latestTokenExpiry: 350),
                es256(5, .published, published: 100, activates: 1_100),
            ]
        let plan = one.plan(keys, at: moment(300))
        #expect(plan.active(.es256) == nil)
        #expect(plan.keys.map(\.id) == [KeyID(1), KeyID(2), KeyID(3), KeyID(4)])
        #expect(plan.events == [.retired(KeyID(4), withdrawnAt: moment(360)), .deleted(KeyID(5))])
        #expect(plan.missing.isEmpty)
        #expect(plan.setChangesAt == moment(360))
        #expect(one.plan(plan.keys, at: moment(359)).keys.last?.isInJWKSet(at: moment(359)) == true)
        #expect(one.plan(plan.keys, at: moment(360)).keys.map(\.id) == [KeyID(1), KeyID(2), KeyID(3)])
        // Turned on again while its old key is still there: the new one gets its time.
        let again = two.plan(plan.keys + [es256(6, .published, published: 310, activates: 410)], at: moment(320))
        #expect(again.active(.es256) == nil && again.events.isEmpty)
    }

    @Test(
        "a key that signed and is revoked is succeeded at once, early or not", arguments: [(200.0, false), (110, true)])
    func revoked(_ now: Double, _ isEarly: Bool) {
        let keys =
            (Self.rs256 + [
                es256(4, .active, published: -100, activates: 0, latestTokenExpiry: 250),
                es256(5, .published, published: 50, activates: 1_050),
            ]).map { ObservedKey($0) }
        let plan = two.revoke(KeyID(4), among: keys, at: moment(now))
        #expect(plan.events == [.revoked(KeyID(4)), .activated(KeyID(5), early: isEarly)])
        #expect(plan.active?.id == KeyID(1))
    }

    @Test("a rotation that is asked for is of one algorithm") func expedited() {
        let keys =
            (Self.rs256 + [
                es256(4, .active, published: 0, activates: 100), es256(5, .published, published: 100, activates: 1_100),
            ]).map { ObservedKey($0) }
        let plan = two.expedite(keys, of: .es256, at: moment(300))
        #expect(plan.events == [.retired(KeyID(4), withdrawnAt: moment(310)), .activated(KeyID(5), early: false)])
        #expect(plan.active?.id == KeyID(1))
        #expect(two.expedite(keys, at: moment(300)).active?.id == KeyID(3))
    }
}

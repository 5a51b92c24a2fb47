import AuthCore
import Testing

@Suite("KeySchedule: missing keys and reservations") struct KeyScheduleNeedsTests {
    private static let a = active(1, from: 0)
    private static let x = expired(2)
    private static let s = published(3, at: 0, activates: 1_000)

    static let missing: [ScheduleCase] = [
        ScheduleCase(
            name: "a new store needs all three, the signing one first", keys: [], now: 0,
            missing: [.active, .expired, .successor], setChanges: 0),
        ScheduleCase(
            name: "a file of the original whose keys are all over needs two", keys: [x], now: 0,
            missing: [.active, .successor], setChanges: 0),
        ScheduleCase(name: "a first successor", keys: [a, x], now: 5, missing: [.successor], setChanges: 5),
        ScheduleCase(
            name: "a key for expired tokens changes no set", keys: [a, s], now: 5, missing: [.expired], wakes: 1_000,
            setChanges: 1_000),
        ScheduleCase(
            name: "a set that is about to change changes now, whatever leaves later",
            keys: [retired(4, at: 0, leaves: 70), a, x], now: 5, missing: [.successor], wakes: 70, setChanges: 5),
        ScheduleCase(
            name: "only retired keys need a signing one",
            keys: [retired(1, at: 0, leaves: 70)], now: 5, missing: [.active, .expired, .successor], wakes: 70,
            setChanges: 5),
    ]

    static let reservations: [ScheduleCase] = [
        ScheduleCase(
            name: "a key that signs longer than planned stays longer", keys: [a, x], now: 5_000,
            becomes: [active(1, from: 0, leaves: 6_070), x], missing: [.successor], setChanges: 5_000),
        ScheduleCase(
            name: "not before that is needed: its last token would just fit", keys: [a, x], now: 1_000,
            missing: [.successor], setChanges: 1_000),
        ScheduleCase(
            name: "a millisecond later it would not", keys: [a, x], now: 1_000.001,
            becomes: [active(1, from: 0, leaves: 2_071), x], missing: [.successor], setChanges: 1_000.001),
        ScheduleCase(
            name: "a key of the original that is about to end signs on", keys: [active(1, from: 0, leaves: 5), x],
            now: 0, becomes: [active(1, from: 0, leaves: 1_070), x], missing: [.successor], setChanges: 0),
        ScheduleCase(
            name: "a successor made under shorter token lifetimes gets room",
            keys: [a, x, published(3, at: 0, activates: 1_000, leaves: 1_069)], now: 10, becomes: [a, x, s],
            wakes: 1_000, setChanges: 1_000),
        ScheduleCase(
            name: "a successor that is late gets room from now on",
            keys: [active(1, from: 0, leaves: 9_000), x, published(3, at: 1_150, activates: 1_000, leaves: 1_270)],
            now: 1_201,
            becomes: [active(1, from: 0, leaves: 9_000), x, published(3, at: 1_150, activates: 1_000, leaves: 2_271)],
            wakes: 1_250, setChanges: 1_250),
    ]

    @Test(arguments: missing) func states(_ row: ScheduleCase) { row.check() }
    @Test(arguments: reservations) func extends(_ row: ScheduleCase) { row.check() }

    @Test("a key that fills a need is born with its times") func records() {
        let schedule = ScheduleCase.schedule
        let rows: [(KeySchedule.MissingKey, after: KeyLifecycle?, at: Double, KeyLifecycle)] = [
            (.active, nil, 5, active(9, from: 5)), (.active, nil, 5.001, active(9, from: 5.001, leaves: 1_076)),
            (.expired, Self.a, 5, expired(9, at: -3_595)), (.expired, nil, 5.999, expired(9, at: -3_595)),
            (.successor, Self.a, 5, published(9, at: 5, activates: 1_000)),
            // The active key is old, or as old as it may be: the publish-ahead time counts.
            (.successor, Self.a, 2_000, published(9, at: 2_000, activates: 2_100)),
            (.successor, Self.a, 900, published(9, at: 900, activates: 1_000)),
            (.successor, Self.a, 900.5, published(9, at: 900.5, activates: 1_000.5, leaves: 2_071)),
            (.successor, nil, 5, published(9, at: 5, activates: 1_005)),
        ]
        for (need, active, now, record) in rows {
            #expect(schedule.lifecycle(of: KeyID(9), filling: need, after: active, at: moment(now)) == record)
        }
    }

    @Test("the signing key is needed most, the successor least") func urgency() {
        #expect(
            KeySchedule(policy: KeyWorld.usualPolicy).plan([KeyLifecycle](), at: moment(0)).missing == [
                .active, .expired, .successor,
            ])
    }

    @Test("planning twice changes nothing more, not even at a whole second without skew") func idempotence() {
        let schedule = KeySchedule(
            policy: KeyPolicy(
                activePeriod: .seconds(6), publishAhead: .seconds(4), maxAge: .seconds(1), tokenLifetime: .seconds(2),
                clockSkew: .zero))
        let keys = [active(1, from: 0), expired(2), published(3, at: 0, activates: 6)]
        let once = schedule.plan(keys, at: moment(6))
        let twice = schedule.plan(once.keys, at: moment(6))
        #expect(twice.keys == once.keys)
        #expect(twice.events.isEmpty)
    }
}

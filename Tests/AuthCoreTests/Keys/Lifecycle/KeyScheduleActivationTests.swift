import AuthCore
import Testing

@Suite("KeySchedule: activation") struct KeyScheduleActivationTests {
    private static let a = active(1, from: 0)
    private static let x = expired(2)
    private static let s = published(3, at: 0, activates: 1_000)
    private static let handover: [KeySchedule.Event] = [
        .retired(KeyID(1), withdrawnAt: moment(1_010)), .activated(KeyID(3), early: false),
    ]

    static let inTime: [ScheduleCase] = [
        ScheduleCase(name: "nothing is due", keys: [a, x, s], now: 10, wakes: 1_000, setChanges: 1_000),
        ScheduleCase(
            name: "nothing is due a millisecond before", keys: [a, x, s], now: 999.999, wakes: 1_000,
            setChanges: 1_000),
        ScheduleCase(
            name: "the successor takes over on time", keys: [a, x, s], now: 1_000,
            becomes: [retired(1, at: 1_000, leaves: 1_010), x, active(3, from: 1_000, published: 0)],
            events: handover, missing: [.successor], wakes: 1_010, setChanges: 1_000),
        ScheduleCase(
            name: "it takes over late after a stop", keys: [a, x, s], now: 1_500,
            becomes: [retired(1, at: 1_500, leaves: 1_510), x, active(3, from: 1_500, published: 0)],
            events: [.retired(KeyID(1), withdrawnAt: moment(1_510)), .activated(KeyID(3), early: false)],
            missing: [.successor], wakes: 1_510, setChanges: 1_500),
        ScheduleCase(
            name: "after a stop of 90 days it takes over at once, and every verifier could know it",
            keys: [active(1, from: 0, latestTokenExpiry: 900), x, s], now: 7_776_000,
            becomes: [
                retired(1, at: 7_776_000, latestTokenExpiry: 900, leaves: 7_776_010), x,
                active(3, from: 7_776_000, published: 0),
            ],
            events: [.retired(KeyID(1), withdrawnAt: moment(7_776_010)), .activated(KeyID(3), early: false)],
            missing: [.successor], wakes: 7_776_010, setChanges: 7_776_000),
        ScheduleCase(
            name: "times are to the millisecond, withdrawals in whole seconds", keys: [a, x, s], now: 1_000.001,
            becomes: [
                retired(1, at: 1_000.001, leaves: 1_011), x,
                active(3, from: 1_000.001, published: 0, leaves: 2_071),
            ],
            events: [.retired(KeyID(1), withdrawnAt: moment(1_011)), .activated(KeyID(3), early: false)],
            missing: [.successor], wakes: 1_011, setChanges: 1_000.001),
    ]

    static let publishAhead: [ScheduleCase] = [
        ScheduleCase(
            name: "a successor published too recently waits, though its moment has come",
            keys: [a, x, published(3, at: 950, activates: 1_000)], now: 1_000, wakes: 1_050, setChanges: 1_050),
        ScheduleCase(
            name: "it waits to the last millisecond", keys: [a, x, published(3, at: 940, activates: 1_000)],
            now: 1_039.999, becomes: [active(1, from: 0, leaves: 2_110), x, published(3, at: 940, activates: 1_000)],
            wakes: 1_040, setChanges: 1_040),
        ScheduleCase(
            name: "it takes over when it has been published long enough",
            keys: [a, x, published(3, at: 950, activates: 1_000)], now: 1_050,
            becomes: [retired(1, at: 1_050, leaves: 1_060), x, active(3, from: 1_050, published: 950)],
            events: [.retired(KeyID(1), withdrawnAt: moment(1_060)), .activated(KeyID(3), early: false)],
            missing: [.successor], wakes: 1_060, setChanges: 1_050),
        ScheduleCase(
            name: "a shorter active period that was set meanwhile counts",
            keys: [a, x, published(3, at: 0, activates: 5_000)], now: 1_000,
            becomes: [retired(1, at: 1_000, leaves: 1_010), x, active(3, from: 1_000, published: 0)],
            events: handover, missing: [.successor], wakes: 1_010, setChanges: 1_000),
        ScheduleCase(
            name: "a longer one waits for the next key", keys: [a, x, published(3, at: 0, activates: 500)], now: 500,
            becomes: [retired(1, at: 500, leaves: 510), x, active(3, from: 500, published: 0)],
            events: [.retired(KeyID(1), withdrawnAt: moment(510)), .activated(KeyID(3), early: false)],
            missing: [.successor], wakes: 510, setChanges: 500),
    ]

    static let withoutActive: [ScheduleCase] = [
        ScheduleCase(
            name: "with no key active a known successor signs at once", keys: [x, s], now: 500,
            becomes: [x, active(3, from: 500, published: 0)], events: [.activated(KeyID(3), early: false)],
            missing: [.successor], setChanges: 500),
        ScheduleCase(
            name: "at the very end of the publish-ahead time it is known", keys: [x, s], now: 100,
            becomes: [x, active(3, from: 100, published: 0)], events: [.activated(KeyID(3), early: false)],
            missing: [.successor], setChanges: 100),
        ScheduleCase(
            name: "a successor that is not known yet signs too, and the event says so", keys: [x, s], now: 99.999,
            becomes: [x, active(3, from: 99.999, published: 0, leaves: 1_170)],
            events: [.activated(KeyID(3), early: true)], missing: [.successor], setChanges: 99.999),
    ]

    @Test(arguments: inTime) func takesOverInTime(_ row: ScheduleCase) { row.check() }
    @Test(arguments: publishAhead) func waitsForVerifiers(_ row: ScheduleCase) { row.check() }
    @Test(arguments: withoutActive) func signsAtOnce(_ row: ScheduleCase) { row.check() }
}

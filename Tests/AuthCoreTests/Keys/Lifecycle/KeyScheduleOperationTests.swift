import AuthCore
import Testing

@Suite("KeySchedule: an operator's wishes") struct KeyScheduleWishTests {
    private static let a = active(1, from: 0)
    private static let x = expired(2)
    private static let s = published(3, at: 0, activates: 1_000)

    static let revocations: [ScheduleCase] = [
        ScheduleCase(
            name: "the signing key's known successor signs at once", operation: .revoke(1), keys: [a, x, s], now: 500,
            becomes: [revoked(1, at: 500), x, active(3, from: 500, published: 0)],
            events: [.revoked(KeyID(1)), .activated(KeyID(3), early: false)], missing: [.successor], wakes: 510,
            setChanges: 500),
        ScheduleCase(
            name: "the signing key's row stays until its tokens have expired", operation: .revoke(1),
            keys: [active(1, from: 0, latestTokenExpiry: 560), x, s], now: 500,
            becomes: [revoked(1, at: 500, latestTokenExpiry: 560), x, active(3, from: 500, published: 0)],
            events: [.revoked(KeyID(1)), .activated(KeyID(3), early: false)], missing: [.successor], wakes: 570,
            setChanges: 500),
        ScheduleCase(
            name: "a successor that is not known yet signs as well, and the event says so", operation: .revoke(1),
            keys: [a, x, s], now: 50, becomes: [revoked(1, at: 50), x, active(3, from: 50, published: 0)],
            events: [.revoked(KeyID(1)), .activated(KeyID(3), early: true)], missing: [.successor], wakes: 60,
            setChanges: 50),
        ScheduleCase(
            name: "without a successor a signing key is needed", operation: .revoke(1), keys: [a, x], now: 50,
            becomes: [revoked(1, at: 50), x], events: [.revoked(KeyID(1))], missing: [.active, .successor], wakes: 60,
            setChanges: 50),
        ScheduleCase(
            name: "the successor goes alone; another is needed", operation: .revoke(3), keys: [a, x, s], now: 500,
            becomes: [a, x, revoked(3, from: 1_000, published: 0, at: 500)], events: [.revoked(KeyID(3))],
            missing: [.successor], wakes: 510, setChanges: 500),
        ScheduleCase(
            name: "a retired key leaves the set at once, and keeps the time of its retirement", operation: .revoke(4),
            keys: [a, x, s, retired(4, at: 10, latestTokenExpiry: 65, leaves: 75)], now: 20,
            becomes: [a, x, s, revoked(4, at: 10, latestTokenExpiry: 65, leaves: 20)], events: [.revoked(KeyID(4))],
            wakes: 75, setChanges: 1_000),
        ScheduleCase(
            name: "it leaves in whole seconds, none too late", operation: .revoke(4),
            keys: [a, x, s, retired(4, at: 10, latestTokenExpiry: 65, leaves: 75)], now: 20.9,
            becomes: [a, x, s, revoked(4, at: 10, latestTokenExpiry: 65, leaves: 20)], events: [.revoked(KeyID(4))],
            wakes: 75, setChanges: 1_000),
        ScheduleCase(
            name: "a key for expired tokens is in no set and stays", operation: .revoke(2), keys: [a, x, s], now: 500,
            wakes: 1_000, setChanges: 1_000),
        ScheduleCase(
            name: "a kid that is not there changes nothing", operation: .revoke(99), keys: [a, x, s], now: 500,
            wakes: 1_000, setChanges: 1_000),
        ScheduleCase(
            name: "whatever is due is done as well", operation: .revoke(1), keys: [a, expired(0), x, s], now: 1_000,
            becomes: [revoked(1, at: 1_000), x, active(3, from: 1_000, published: 0)],
            events: [.revoked(KeyID(1)), .activated(KeyID(3), early: false), .deleted(KeyID(0))],
            missing: [.successor], wakes: 1_010, setChanges: 1_000),
    ]

    static let rotations: [ScheduleCase] = [
        ScheduleCase(
            name: "a known successor signs at once", operation: .expedite, keys: [a, x, s], now: 200,
            becomes: [retired(1, at: 200, leaves: 210), x, active(3, from: 200, published: 0)],
            events: [.retired(KeyID(1), withdrawnAt: moment(210)), .activated(KeyID(3), early: false)],
            missing: [.successor], wakes: 210, setChanges: 200),
        ScheduleCase(
            name: "the retired key stays for its tokens", operation: .expedite,
            keys: [active(1, from: 0, latestTokenExpiry: 255.5), x, s], now: 200,
            becomes: [
                retired(1, at: 200, latestTokenExpiry: 255.5, leaves: 266), x, active(3, from: 200, published: 0),
            ], events: [.retired(KeyID(1), withdrawnAt: moment(266)), .activated(KeyID(3), early: false)],
            missing: [.successor], wakes: 266, setChanges: 200),
        ScheduleCase(
            name: "one published recently gets its time first", operation: .expedite,
            keys: [a, x, published(3, at: 150, activates: 1_000)], now: 200,
            becomes: [a, x, published(3, at: 150, activates: 250, leaves: 2_070)], wakes: 250, setChanges: 250),
        ScheduleCase(
            name: "asking twice changes nothing", operation: .expedite,
            keys: [a, x, published(3, at: 150, activates: 250, leaves: 2_070)], now: 210, wakes: 250, setChanges: 250),
        ScheduleCase(
            name: "an activation that is nearer is not put off", operation: .expedite,
            keys: [a, x, published(3, at: 150, activates: 220)], now: 200, wakes: 250, setChanges: 250),
        ScheduleCase(
            name: "without a successor there is nothing to bring forward", operation: .expedite, keys: [a, x], now: 200,
            missing: [.successor], setChanges: 200),
    ]

    @Test(arguments: revocations) func revokes(_ row: ScheduleCase) { row.check() }
    @Test(arguments: rotations) func hastens(_ row: ScheduleCase) { row.check() }
}

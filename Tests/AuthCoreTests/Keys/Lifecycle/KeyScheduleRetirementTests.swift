import AuthCore
import Testing

@Suite("KeySchedule: retirement") struct KeyScheduleRetirementTests {
    private static let a = active(4, from: 900)
    private static let x = expired(2)
    private static let s = published(5, at: 900, activates: 1_900)

    private static func takeover(
        _ name: String, at now: Double, latestTokenExpiry: Double?, leaves: Double
    ) -> ScheduleCase {
        ScheduleCase(
            name: name,
            keys: [active(1, from: 0, latestTokenExpiry: latestTokenExpiry), x, published(3, at: 0, activates: 1_000)],
            now: now,
            becomes: [
                retired(1, at: now, latestTokenExpiry: latestTokenExpiry, leaves: leaves), x,
                active(3, from: now, published: 0),
            ],
            events: [.retired(KeyID(1), withdrawnAt: moment(leaves)), .activated(KeyID(3), early: false)],
            missing: [.successor], wakes: leaves, setChanges: now)
    }

    static let withdrawals: [ScheduleCase] = [
        takeover("a key that signed nothing leaves after the skew", at: 1_000, latestTokenExpiry: nil, leaves: 1_010),
        takeover(
            "one that signed leaves when its last token has expired", at: 1_000, latestTokenExpiry: 1_060, leaves: 1_070
        ),
        takeover("to the second, rounded up", at: 1_000, latestTokenExpiry: 1_030.25, leaves: 1_041),
        takeover("a reservation that is over counts no more", at: 1_000, latestTokenExpiry: 500, leaves: 1_010),
        takeover("nor when it ends this moment", at: 1_000, latestTokenExpiry: 1_000, leaves: 1_010),
        takeover(
            "late, the later of now and the reservation counts", at: 1_020, latestTokenExpiry: 1_055, leaves: 1_065),
        takeover("later than any reservation, now counts", at: 1_200, latestTokenExpiry: 1_055, leaves: 1_210),
    ]

    static let removals: [ScheduleCase] = [
        ScheduleCase(
            name: "a retired key stays while a token may live",
            keys: [retired(1, at: 900, latestTokenExpiry: 950, leaves: 960), x, a, s], now: 959.999, wakes: 960,
            setChanges: 960),
        ScheduleCase(
            name: "it goes at its moment", keys: [retired(1, at: 900, latestTokenExpiry: 950, leaves: 960), x, a, s],
            now: 960, becomes: [x, a, s], events: [.deleted(KeyID(1))], wakes: 1_900, setChanges: 1_900),
        ScheduleCase(
            name: "of two the earlier is next",
            keys: [retired(1, at: 900, leaves: 990), x, retired(3, at: 900, leaves: 980), a, s],
            now: 950, wakes: 980, setChanges: 980),
        ScheduleCase(
            name: "one goes while the other stays",
            keys: [retired(1, at: 900, leaves: 990), x, retired(3, at: 900, leaves: 980), a, s], now: 985,
            becomes: [retired(1, at: 900, leaves: 990), x, a, s], events: [.deleted(KeyID(3))], wakes: 990,
            setChanges: 990),
        ScheduleCase(
            name: "a revoked key's row stays for the record, in no set, while its tokens live",
            keys: [revoked(1, at: 900, latestTokenExpiry: 950), x, a, s], now: 959.999, wakes: 960, setChanges: 1_900),
        ScheduleCase(
            name: "and goes then", keys: [revoked(1, at: 900, latestTokenExpiry: 950), x, a, s], now: 960,
            becomes: [x, a, s], events: [.deleted(KeyID(1))], wakes: 1_900, setChanges: 1_900),
        ScheduleCase(
            name: "a revoked key that signed nothing goes after the skew",
            keys: [revoked(1, at: 900), x, a, s], now: 910, becomes: [x, a, s], events: [.deleted(KeyID(1))],
            wakes: 1_900, setChanges: 1_900),
        ScheduleCase(
            name: "of several keys for expired tokens the newest stays",
            keys: [expired(1), x, a, s, expired(6)], now: 950, becomes: [a, s, expired(6)],
            events: [.deleted(KeyID(1)), .deleted(KeyID(2))], wakes: 1_900, setChanges: 1_900),
        ScheduleCase(
            name: "one key goes as another retires",
            keys: [retired(1, at: 900, leaves: 960), x, a, s], now: 1_900,
            becomes: [x, retired(4, from: 900, at: 1_900, leaves: 1_910), active(5, from: 1_900, published: 900)],
            events: [
                .retired(KeyID(4), withdrawnAt: moment(1_910)), .activated(KeyID(5), early: false), .deleted(KeyID(1)),
            ], missing: [.successor], wakes: 1_910, setChanges: 1_900),
    ]

    @Test(arguments: withdrawals) func departs(_ row: ScheduleCase) { row.check() }
    @Test(arguments: removals) func removes(_ row: ScheduleCase) { row.check() }
}

import AuthCore
import AuthTestSupport
import Testing

/// One row of the tables of ``KeySchedule``: keys and a moment in, a plan out. Moments are seconds after zero o'clock.
struct ScheduleCase: Sendable, CustomTestStringConvertible {
    enum Operation: Sendable {
        case due
        case expedite
        case revoke(Int64)
    }

    let name: String
    var operation: Operation = .due
    let keys: [KeyLifecycle]
    let now: Double
    /// nil: as they were.
    var becomes: [KeyLifecycle]?
    var events: [KeySchedule.Event] = []
    var missing: [KeySchedule.MissingKey] = []
    var wakes: Double?
    var setChanges: Double?

    var testDescription: String { name }

    /// Active 1000 s, published 100 s ahead, tokens of 60 s, skew 10 s.
    static let schedule = KeySchedule(
        policy: KeyPolicy(
            activePeriod: .seconds(1_000), publishAhead: .seconds(100), maxAge: .seconds(40),
            tokenLifetime: .seconds(60), clockSkew: .seconds(10)))

    /// Compares the plan with what the row says, and again with its own result: doing it twice changes nothing.
    func check() {
        let schedule = Self.schedule
        let plan =
            switch operation {
            case .due: schedule.plan(keys, at: moment(now))
            case .expedite: schedule.expedite(keys.map { ObservedKey($0) }, at: moment(now))
            case .revoke(let id): schedule.revoke(KeyID(id), among: keys.map { ObservedKey($0) }, at: moment(now))
            }
        #expect(plan.keys == becomes ?? keys)
        #expect(plan.events == events)
        #expect(plan.missing == missing)
        #expect(plan.wakesAt == wakes.map(moment))
        #expect(plan.setChangesAt == setChanges.map(moment))
        let again = schedule.plan(plan.keys, at: moment(now))
        #expect(again.keys == plan.keys)
        #expect(again.events.isEmpty)
    }
}

func moment(_ seconds: Double) -> Timestamp {
    Sample.now + .milliseconds(Int64((seconds * 1_000).rounded()))
}

// A key in each state. `leaves` is by plan what ``ScheduleCase/schedule`` makes it: 1000 + 60 + 10 s after activation.

func published(_ id: Int64, at birth: Double, activates: Double, leaves: Double? = nil) -> KeyLifecycle {
    KeyLifecycle(
        id: KeyID(id), state: .published, publishedAt: moment(birth), activatesAt: moment(activates),
        withdrawnAt: moment(leaves ?? activates + 1_070))
}

func active(
    _ id: Int64, from start: Double, published birth: Double? = nil, latestTokenExpiry: Double? = nil,
    leaves: Double? = nil
) -> KeyLifecycle {
    KeyLifecycle(
        id: KeyID(id), state: .active, publishedAt: moment(birth ?? start), activatesAt: moment(start),
        latestTokenExpiry: latestTokenExpiry.map(moment), withdrawnAt: moment(leaves ?? start + 1_070))
}

func retired(
    _ id: Int64, from start: Double = 0, at end: Double, latestTokenExpiry: Double? = nil, leaves: Double
) -> KeyLifecycle {
    KeyLifecycle(
        id: KeyID(id), state: .retired, publishedAt: moment(start), activatesAt: moment(start),
        retiredAt: moment(end), latestTokenExpiry: latestTokenExpiry.map(moment), withdrawnAt: moment(leaves))
}

func revoked(
    _ id: Int64, from start: Double = 0, published birth: Double? = nil, at end: Double,
    latestTokenExpiry: Double? = nil,
    leaves: Double? = nil
) -> KeyLifecycle {
    KeyLifecycle(
        id: KeyID(id), state: .revoked, publishedAt: moment(birth ?? start), activatesAt: moment(start),
        retiredAt: moment(end), latestTokenExpiry: latestTokenExpiry.map(moment), withdrawnAt: moment(leaves ?? end))
}

func expired(_ id: Int64, at birth: Double = -3_600) -> KeyLifecycle {
    KeyLifecycle(
        id: KeyID(id), state: .expired, publishedAt: moment(birth), activatesAt: moment(birth),
        withdrawnAt: moment(birth))
}

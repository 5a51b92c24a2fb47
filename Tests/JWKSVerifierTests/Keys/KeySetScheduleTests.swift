import JWKSVerifier
import Testing

/// The decision alone: no clock runs, nothing is fetched.
@Suite("KeySetSchedule") struct KeySetScheduleTests {
    typealias Event = KeySetSchedule.Event
    typealias Decision = KeySetSchedule.Decision

    static let policy = KeySetPolicy(
        lifetimes: .seconds(30) ... .seconds(86_400), coolDown: .seconds(30), staleIfError: .seconds(3_600),
        deadline: .seconds(5))

    /// At a second, what happens and what has to come of it.
    struct Step: Sendable {
        let second: Double
        let event: Event
        let decision: Decision

        init(_ second: Double, _ event: Event, _ answer: Decision.Answer? = nil, fetch: Bool = false) {
            (self.second, self.event, decision) = (second, event, Decision(answer: answer, startsFetch: fetch))
        }
    }

    struct Story: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let steps: [Step]
        init(_ name: String, _ steps: Step...) { (testDescription, self.steps) = (name, steps) }
    }

    private static let known = Event.lookup(isKnown: true)
    private static let unknown = Event.lookup(isKnown: false)
    private static let good = Event.succeeded(lifetime: .seconds(300))
    private static let bad = Event.failed(jitter: 0)
    private static func unavailable(_ seconds: Double) -> Decision.Answer {
        .unavailable(retryAfter: .milliseconds(Int64(seconds * 1_000)))
    }

    static let stories = [
        Story(
            "V14: the first fetches, all others wait for it",
            Step(0, unknown, .wait, fetch: true), Step(0, unknown, .wait), Step(1, unknown, .wait), Step(1, good),
            Step(1, known, .use(isStale: false))),
        Story(
            "V11, V12: fresh, then fetched ahead by one while nobody waits",
            Step(0, unknown, .wait, fetch: true), Step(0, good), Step(239, known, .use(isStale: false)),
            Step(240, known, .use(isStale: false), fetch: true), Step(241, known, .use(isStale: false)),
            Step(242, good),
            Step(479, known, .use(isStale: false)), Step(480, known, .use(isStale: false), fetch: true)),
        Story(
            "V11: over and nobody asked meanwhile: the next one waits",
            Step(0, unknown, .wait, fetch: true), Step(0, good), Step(300, known, .wait, fetch: true),
            Step(300, known, .wait), Step(301, good), Step(301, known, .use(isStale: false))),
        Story(
            "the time is counted from when it was asked for",
            Step(0, unknown, .wait, fetch: true), Step(4, good), Step(299, known, .use(isStale: false), fetch: true),
            Step(300, known, .wait)),
        Story(
            "V15, V16: an unknown kid fetches once in a cool-down that a success begins",
            Step(0, unknown, .wait, fetch: true), Step(1, good), Step(2, unknown, .refuse),
            Step(29.9, unknown, .refuse),
            Step(30, unknown, .wait, fetch: true), Step(30, unknown, .wait), Step(30, known, .use(isStale: false)),
            Step(31, good), Step(31, unknown, .refuse), Step(59, unknown, .refuse),
            Step(60, unknown, .wait, fetch: true)),
        Story(
            "V16, V22: a failure begins it too, and then nobody says that the kid is none",
            Step(0, unknown, .wait, fetch: true), Step(0, good), Step(40, unknown, .wait, fetch: true), Step(41, bad),
            Step(41, unknown, unavailable(29)), Step(60, unknown, unavailable(10)),
            Step(60, known, .use(isStale: false)),
            Step(70, unknown, .wait, fetch: true), Step(70, good), Step(70, unknown, .refuse)),
        Story(
            "V19: over and not to be had: known keys go on for an hour, and no longer",
            Step(0, unknown, .wait, fetch: true), Step(0, good), Step(240, known, .use(isStale: false), fetch: true),
            Step(245, bad), Step(245.5, known, .use(isStale: false)),
            Step(246, known, .use(isStale: false), fetch: true),
            Step(251, bad), Step(300, known, .use(isStale: true), fetch: true), Step(301, known, .use(isStale: true)),
            Step(301, unknown, .wait), Step(305, bad), Step(305, unknown, unavailable(4)),
            Step(3_890, known, .wait, fetch: true), Step(3_895, bad), Step(3_895, known, .use(isStale: true)),
            Step(3_900, known, unavailable(3)), Step(3_903, known, .wait, fetch: true), Step(3_904, good),
            Step(3_904, known, .use(isStale: false))),
        Story(
            "V20: over and idle for longer than a failure holds: nobody uses a key that may have left",
            Step(0, unknown, .wait, fetch: true), Step(0, good), Step(250, known, .use(isStale: false), fetch: true),
            Step(250, bad), Step(311, known, .wait, fetch: true), Step(312, bad), Step(312, known, .use(isStale: true))),
        Story(
            "V21: 1, 2, 4 … 30 s between failures; a success begins anew",
            Step(0, unknown, .wait, fetch: true), Step(0, bad), Step(0, unknown, unavailable(1)),
            Step(0.9, unknown, unavailable(0.1)), Step(1, unknown, .wait, fetch: true), Step(1, bad),
            Step(1, unknown, unavailable(2)), Step(3, unknown, .wait, fetch: true), Step(3, bad),
            Step(3, unknown, unavailable(4)), Step(7, unknown, .wait, fetch: true), Step(7, bad),
            Step(7, unknown, unavailable(8)), Step(15, unknown, .wait, fetch: true), Step(15, bad),
            Step(15, unknown, unavailable(16)), Step(31, unknown, .wait, fetch: true), Step(31, bad),
            Step(31, unknown, unavailable(30)), Step(61, unknown, .wait, fetch: true), Step(61, bad),
            Step(61, unknown, unavailable(30)), Step(91, unknown, .wait, fetch: true), Step(91, good),
            Step(331, known, .use(isStale: false), fetch: true), Step(331, bad),
            Step(332, known, .use(isStale: false), fetch: true)),
        Story(
            "V21: jitter shortens a pause by up to a half",
            Step(0, unknown, .wait, fetch: true), Step(0, .failed(jitter: 1)), Step(0, unknown, unavailable(0.5)),
            Step(0.5, unknown, .wait, fetch: true), Step(0.5, .failed(jitter: 0.5)),
            Step(0.5, unknown, unavailable(1.5))),
    ]

    @Test("decides", arguments: stories) func decides(_ story: Story) {
        var schedule = KeySetSchedule(Self.policy)
        for (number, step) in story.steps.enumerated() {
            let decision = schedule.decide(step.event, at: .milliseconds(Int64(step.second * 1_000)))
            #expect(decision == step.decision, "step \(number), at \(step.second) s")
        }
    }

    @Test(
        "V11: how long an answer is fresh",
        arguments: [
            (nil, nil, 300), ("max-age=600", nil, 600), ("public, max-age=600", nil, 600), ("MAX-AGE=600", nil, 600),
            ("max-age=\"600\"", nil, 600), ("max-age=600", "100", 500), ("max-age=600", "700", 30),
            ("max-age=600", "x", 600),
            ("max-age=1", nil, 30), ("max-age=0", nil, 30), ("max-age=99999999999999999999", nil, 86_400),
            ("max-age=1000000", nil, 86_400), ("max-age=-1", nil, 30), ("max-age=x", nil, 30), ("max-age", nil, 30),
            ("no-store", nil, 30), ("no-store, max-age=600", nil, 30), ("max-age=600, no-cache", nil, 30),
            ("private", nil, 300), ("", nil, 300), ("s-maxage=9", nil, 300),
        ] as [(String?, String?, Int64)])
    func lifetime(_ cacheControl: String?, _ age: String?, _ seconds: Int64) {
        #expect(Self.policy.lifetime(cacheControl: cacheControl, age: age) == .seconds(seconds))
    }
}

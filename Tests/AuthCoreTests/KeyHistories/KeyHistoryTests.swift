import AuthCore
import AuthTestSupport
import Testing

@Suite("Random histories of keys") struct KeyHistoryTests {
    private static let histories = 1_000
    private static let events = 150

    /// Each history has a policy of its own, one or two processes, ticks whenever they come, stops, restarts, operators
    /// and, in half of them, revocations.
    @Test("at every instant one key signs, and every verifier has the key of every token") func histories() async {
        let outcomes = await withTaskGroup(of: (counts: KeyHistory.Counts, failures: [String]).self) { group in
            // Few and after all others: tests beside this one have deadlines to keep.
            let chunk = Self.histories / 2
            for first in stride(from: 0, to: Self.histories, by: chunk) {
                group.addTask(priority: .background) { await Self.run(seeds: first..<first + chunk) }
            }
            return await group.reduce(into: (counts: KeyHistory.Counts(), failures: [String]())) { sum, part in
                sum.counts += part.counts
                sum.failures += part.failures
            }
        }
        let counts = outcomes.counts
        print(
            "Key histories: \(Self.histories) histories, \(counts.tokens) tokens, \(counts.verifications) verifications, "
                + "\(counts.rotations) rotations, \(counts.restarts) restarts, \(counts.revocations) revocations, "
                + "\(outcomes.failures.count) failures")
        #expect(outcomes.failures.isEmpty, "\(outcomes.failures.prefix(5).joined(separator: "\n"))")
        // The dice must not have missed what this is about.
        #expect(counts.tokens > Self.histories && counts.verifications > Self.histories)
        #expect(counts.rotations > Self.histories && counts.restarts > Self.histories)
        #expect(counts.revocations > Self.histories / 10)
    }

    @Test("the policies of the histories are such as a start accepts") func policies() {
        for seed in 0..<2_000 {
            var dice = Dice(seed: UInt64(seed))
            let policy = dice.policy()
            #expect(policy.contradiction == nil, "\(policy)")
        }
    }

    private static func run(seeds: Range<Int>) async -> (counts: KeyHistory.Counts, failures: [String]) {
        var counts = KeyHistory.Counts()
        var failures: [String] = []
        for seed in seeds {
            do {
                let history = try await KeyHistory(seed: UInt64(seed))
                await history.run(events: events)
                counts += await history.counts
                if let failure = await history.failure { failures.append("seed \(seed): \(failure)") }
            } catch {
                failures.append("seed \(seed): \(error)")
            }
        }
        return (counts, failures)
    }
}

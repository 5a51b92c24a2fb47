import AuthCore
import AuthSQLite
import AuthTestSupport
import Testing

/// A life of refresh tokens as clients live it, on the real statement: answers get lost, tabs ask at once, servers fan out,
/// and thieves copy what they find. It prints its counts.
@Suite("Refresh tokens of many clients") struct RefreshSimulationTests {
    private static let clients = 300
    private static let rounds = 60
    private static let policy = RefreshPresentation.Policy()

    /// What a client does when it wants another access token.
    private enum Habit: CaseIterable {
        /// Asks once.
        case plain
        /// Loses one answer of twenty, and asks again within seconds.
        case lossy
        /// Has up to ten tabs or processes that ask within a second, with the same token.
        case crowd
    }

    /// Somebody who holds a token, and what they believe is the newest.
    private struct Holder {
        var generation: Int64 = 0
        var isSignedOut = false
    }

    @Test("nobody honest is signed out", arguments: [1, 2, 3] as [UInt64])
    func honest(_ seed: UInt64) async throws {
        var (signedOut, refreshes, replays) = (0, 0, 0)
        for (number, habit) in (0..<Self.clients).map({ ($0, Habit.allCases[$0 % Habit.allCases.count]) }) {
            let world = try await World()
            var generator = SeededGenerator(seed: seed &* 1_000 &+ UInt64(number))
            var (owner, moment) = (Holder(), Sample.now)
            for _ in 0..<Self.rounds where !owner.isSignedOut {
                moment = moment + .seconds(Int64.random(in: 1...20_000, using: &generator))
                switch habit {
                case .plain: try await world.refresh(&owner, at: moment)
                case .lossy:
                    if Int.random(in: 0..<20, using: &generator) == 0 {
                        var lost = owner
                        try await world.refresh(&lost, at: moment)
                        replays += 1
                        moment = moment + .milliseconds(Int64.random(in: 100...25_000, using: &generator))
                    }
                    try await world.refresh(&owner, at: moment)
                case .crowd:
                    var tabs = [Holder](repeating: owner, count: Int.random(in: 1...10, using: &generator))
                    for tab in tabs.indices {
                        let delay = Duration.milliseconds(Int64.random(in: 0...1_000, using: &generator))
                        try await world.refresh(&tabs[tab], at: moment + delay)
                    }
                    replays += tabs.count - 1
                    #expect(Set(tabs.map(\.generation)).count == 1, "all tabs hold one successor")
                    owner = tabs[0]
                }
                refreshes += 1
            }
            signedOut += owner.isSignedOut ? 1 : 0
        }
        print(
            "refresh simulation, seed \(seed): \(Self.clients) clients, \(refreshes) refreshes, \(replays) replays,"
                + " \(signedOut) signed out")
        #expect(signedOut == 0)
        #expect(refreshes == Self.clients * Self.rounds)
    }

    /// The thief copies the newest token once, and from then on both refresh as they like.
    @Test("a thief is ended within four generations of the copy", arguments: [1, 2, 3] as [UInt64])
    func thief(_ seed: UInt64) async throws {
        var (longest, total) = (Int64(0), Int64(0))
        for number in 0..<Self.clients {
            let world = try await World()
            var generator = SeededGenerator(seed: seed &* 1_000_000 &+ UInt64(number))
            var (owner, moment) = (Holder(), Sample.now)
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                moment = moment + .seconds(3_600)
                try await world.refresh(&owner, at: moment)
            }
            var thief = owner
            let copied = owner.generation
            // A third of the thieves come right after the owner each time, a third right before, a third when they like.
            let lag: ClosedRange<Int64> = [5_000...29_000, -29_000 ... -5_000, -1_500_000...1_500_000][number % 3]
            while !owner.isSignedOut || !thief.isSignedOut {
                moment = moment + .seconds(3_600)
                let delay = Duration.milliseconds(Int64.random(in: lag, using: &generator))
                let comes: [(isThief: Bool, at: Timestamp)] = [(false, moment), (true, moment + delay)]
                for turn in comes.sorted(by: { $0.at < $1.at }) {
                    if turn.isThief {
                        try await world.refresh(&thief, at: turn.at)
                    } else {
                        try await world.refresh(&owner, at: turn.at)
                    }
                }
                try #require(moment < Sample.now + .seconds(40 * 3_600), "it ends at all")
            }
            let lasted = max(owner.generation, thief.generation) - copied
            longest = max(longest, lasted)
            total += lasted
        }
        print(
            "refresh simulation, seed \(seed): \(Self.clients) thieves, ended after \(longest) generations at most,"
                + " \(total) in all")
        #expect(longest <= 4)
    }

    private struct World {
        let store: SQLiteStore
        let grant: Grant

        init() async throws {
            let (store, grant) = (
                try SQLiteStore.inMemory(), Sample.grant(expiresAt: Sample.now + .seconds(90 * 86_400))
            )
            try await store.write { transaction in
                try transaction.insert(Sample.user("alice"))
                try transaction.insert(grant)
                _ = try transaction.startRefreshing(
                    grant.id, at: Sample.now, idleUntil: Sample.now + RefreshSimulationTests.policy.idle)
            }
            (self.store, self.grant) = (store, grant)
        }

        func refresh(_ holder: inout Holder, at moment: Timestamp) async throws {
            guard !holder.isSignedOut else { return }
            let presentation = RefreshPresentation(
                grant: grant.id, generation: holder.generation, client: grant.client, rotates: true,
                policy: RefreshSimulationTests.policy)
            switch try await store.write({ transaction in try transaction.present(presentation, at: moment) }) {
            case .refreshed(_, let generation): holder.generation = generation
            case .reused, .refused: holder.isSignedOut = true
            }
        }
    }
}

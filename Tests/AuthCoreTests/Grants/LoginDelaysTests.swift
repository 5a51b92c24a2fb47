import AuthCore
import AuthTestSupport
import Logging
import Testing

/// Who guesses at one account, from where, and what becomes of its owner.
@Suite("LogIn: delays") struct LoginDelaysTests {
    private let world: SignerWorld
    private let hasher = FakePasswordHasher()
    private let logIn: LogIn

    private enum Outcome: Equatable {
        case token, wrong
        case later(Duration)
    }

    init() async throws {
        world = try await SignerWorld()
        logIn = world.logIn(hasher: hasher)
    }

    /// - Parameter block: the address's upper 24 bits.
    private func attempt(
        _ block: UInt32, _ password: String = "wrong", at name: String = "alice", by logIn: LogIn? = nil
    ) async throws -> Outcome {
        do {
            _ = try await (logIn ?? self.logIn)(
                username: name, password: Secret(password), client: IPAddress(ipv4: block << 8 | 7), kind: .live)
            return .token
        } catch AuthError.invalidCredentials {
            return .wrong
        } catch AuthError.rateLimited(let refusal) {
            return .later(refusal.retryAfter)
        }
    }

    private func attempts(_ count: Int, _ block: (Int) -> UInt32, at name: String = "alice") async throws -> [Outcome] {
        var outcomes: [Outcome] = []
        for number in 0..<count { outcomes.append(try await attempt(block(number), at: name)) }
        return outcomes
    }

    private static let right = "password of alice"

    @Test(
        "ten wrong passwords from everywhere slow nobody down; after them a block waits that fails again",
        arguments: ["alice", "nobody"])
    func growing(_ name: String) async throws {
        #expect(try await attempts(10, { UInt32($0) }, at: name) == Array(repeating: .wrong, count: 10))
        var waits: [Outcome] = []
        for seconds in [1, 2, 4, 8] {
            waits.append(try await attempt(0, at: name))
            waits.append(try await attempt(0, at: name))
            world.time.advance(by: .seconds(seconds))
        }
        #expect(
            waits == [
                .wrong, .later(.seconds(1)), .wrong, .later(.seconds(2)), .wrong, .later(.seconds(4)), .wrong,
                .later(.seconds(8)),
            ])
    }

    @Test("refused before anything is hashed, without a row in the log, and known names like unknown ones")
    func refused() async throws {
        for name in ["alice", "nobody"] {
            _ = try await attempts(11, { _ in 1 }, at: name)
            let (calls, log) = (hasher.calls, world.store.authLog)
            for _ in 0..<5 { #expect(try await attempt(1, Self.right, at: name) == .later(.seconds(1))) }
            #expect(hasher.calls == calls)
            #expect(world.store.authLog == log)
        }
    }

    @Test("a block that did not fail gets in at once, whatever was tried from a thousand others") func stranger()
        async throws
    {
        _ = try await attempts(1_000, { UInt32($0) })
        #expect(try await attempt(5_000, Self.right) == .token)
        #expect(try await attempt(6_000) == .wrong)
        #expect(try await attempt(6_000, Self.right) == .later(.seconds(1)))
        world.time.advance(by: .seconds(1))
        #expect(try await attempt(6_000, Self.right) == .token)
        #expect(try await attempt(6_000, Self.right) == .token)
    }

    @Test("a neighbour in the block of the owner closes it after a hundred, and a login opens it") func familiar()
        async throws
    {
        #expect(try await attempt(1, Self.right) == .token)
        _ = try await attempts(10, { UInt32(100 + $0) })
        #expect(try await attempts(99, { _ in 1 }) == Array(repeating: .wrong, count: 99))
        #expect(try await attempt(1, Self.right) == .token)
        #expect(try await attempts(101, { _ in 1 }) == Array(repeating: .wrong, count: 100) + [.later(.seconds(1))])
    }

    @Test("who mistypes and then gets it right is never slowed down") func mistyping() async throws {
        for _ in 0..<50 {
            #expect(try await attempts(3, { _ in 1 }) == [.wrong, .wrong, .wrong])
            #expect(try await attempt(1, Self.right) == .token)
        }
    }

    @Test("of many at once that wait for one turn one is checked") func once() async throws {
        _ = try await attempts(12, { _ in 1 })
        world.time.advance(by: .seconds(900))
        let before = hasher.calls.verifications
        let outcomes = await StoreLaw.inParallel(50) { _ in try? await attempt(1) }
        #expect(outcomes.count { $0 == .wrong } == 1)
        #expect(hasher.calls.verifications == before + 1)
    }

    @Test("another server of the database knows it, and so does the next run") func shared() async throws {
        _ = try await attempts(11, { _ in 1 })
        let other = world.logIn(hasher: hasher)
        #expect(try await attempt(1, Self.right, by: other) == .later(.seconds(1)))
        #expect(try await attempt(2, Self.right, by: other) == .token)
    }

    @Test("two spellings of one name are one account") func spellings() async throws {
        _ = try await attempts(11, { _ in 1 }, at: "jos\u{E9}")
        #expect(try await attempt(1, at: "jose\u{301}") == .later(.seconds(1)))
        #expect(try await attempt(1, at: "jose") == .wrong)
    }

    @Test("a clock that is set back an hour closes no block for an hour") func clock() async throws {
        _ = try await attempts(11, { _ in 1 })
        world.time.jump(by: .seconds(-3_600))
        #expect(try await attempt(1, Self.right) == .token)
    }

    @Test("turned off, nobody waits") func off() async throws {
        let logIn = LogIn(
            configuration: LogIn.Configuration(issuer: "i", audience: "a", lifetime: .seconds(60)), store: world.store,
            hasher: hasher, log: LoginLog(logger: world.log.logger),
            delays: Sample.delays(isOn: false, time: world.time), signer: world.signer, time: world.time)
        for _ in 0..<50 { #expect(try await attempt(1, by: logIn) == .wrong) }
        #expect(try await attempt(1, Self.right) == .later(.seconds(900)))
    }
}

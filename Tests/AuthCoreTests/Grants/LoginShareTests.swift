import AuthCore
import AuthTestSupport
import Logging
import Synchronization
import Testing

/// Remembers for whom it was asked.
private final class ShareRecorder: PasswordHasher {
    private let hasher = FakePasswordHasher()
    private let recorded = Mutex<[HashShare]>([])

    var last: HashShare? { recorded.withLock { $0.last } }

    func hash(_ password: Secret, for share: HashShare) async throws -> PasswordHash {
        try await hasher.hash(password, for: share)
    }

    func verify(_ password: Secret, against hash: PasswordHash?, for share: HashShare) async throws -> Bool {
        recorded.withLock { $0.append(share) }
        return try await hasher.verify(password, against: hash, for: share)
    }

    func canVerify(_ hash: PasswordHash) -> Bool { hasher.canVerify(hash) }
    func needsRehash(_ hash: PasswordHash) -> Bool { hasher.needsRehash(hash) }
}

@Suite("LogIn: whose turn a hash is") struct LoginShareTests {
    private let world: SignerWorld
    private let hasher = ShareRecorder()
    private let logIn: LogIn

    init() async throws {
        world = try await SignerWorld()
        logIn = Self.logIn(world, hasher)
    }

    private static func logIn(_ world: SignerWorld, _ hasher: ShareRecorder) -> LogIn {
        LogIn(
            configuration: LogIn.Configuration(issuer: "i", audience: "a", lifetime: .seconds(60)), store: world.store,
            hasher: hasher, log: LoginLog(logger: world.log.logger),
            delays: Sample.delays(time: world.time, logger: world.log.logger), signer: world.signer, time: world.time)
    }

    /// - Parameter block: the address's upper 24 bits.
    private func share(
        _ block: UInt32, _ password: String = "wrong", at name: String = "alice", by other: LogIn? = nil
    ) async throws -> HashShare? {
        let client = IPAddress(ipv4: block << 8 | 7)
        do {
            _ = try await (other ?? logIn)(
                username: name, password: Secret(password), client: client, kind: .live)
        } catch AuthError.invalidCredentials {}
        return hasher.last
    }

    private func login(_ block: UInt32, _ doubt: Int) -> HashShare {
        HashShare(.login, from: IPAddress(ipv4: block << 8), doubt: doubt)
    }

    private static let right = "password of alice"

    @Test("the more a block tried in vain lately, the more doubt, whichever account it names") func tries() async throws
    {
        for number in 0..<20 {
            #expect(try await share(1, at: "nobody \(number)") == login(1, number < 3 ? 0 : number < 16 ? 1 : 2))
        }
        #expect(try await share(2) == login(2, 0))
        world.time.advance(by: .seconds(600))
        #expect(try await share(1) == login(1, 0))
    }

    @Test("a login takes the doubt away, and is known from then on, to the next run too") func known() async throws {
        for number in 0..<5 { _ = try await share(1, at: "nobody \(number)") }
        #expect(try await share(1, Self.right) == login(1, 1))
        let known = HashShare(.known, from: IPAddress(ipv4: 1 << 8))
        #expect(try await share(1, Self.right) == known)
        #expect(try await share(1, at: "nobody") == login(1, 0))
        #expect(try await share(1, Self.right, by: Self.logIn(world, hasher)) == known)
        #expect(try await share(2, Self.right) == login(2, 0))
        world.time.advance(by: .seconds(31 * 86_400))
        #expect(try await share(1) == login(1, 0))
    }

    @Test("an account with many wrong passwords has more doubt than one without") func hot() async throws {
        for block: UInt32 in 0..<10 { #expect(try await share(block + 100) == login(block + 100, 0)) }
        #expect(try await share(1) == login(1, 1))
        #expect(try await share(2, at: "nobody") == login(2, 0))
    }

    @Test("without what was counted logins go on, and it is said once") func outOfOrder() async throws {
        try world.store.execute("ALTER TABLE login_delays RENAME TO elsewhere")
        for _ in 0..<15 { #expect(try await share(1) != nil) }
        #expect(try await share(2, Self.right) == login(2, 0))
        #expect(world.store.authLog.count == 16)
        #expect(delayLines.map(\.level) == [.error])
        try world.store.execute("ALTER TABLE elsewhere RENAME TO login_delays")
        #expect(try await share(3) == login(3, 0))
        #expect(delayLines.map(\.level) == [.error, .notice])
    }

    /// Without those of the logins themselves.
    private var delayLines: [LogRecorder.Line] { world.log.lines.filter { !$0.message.hasPrefix("login ") } }
}

import AuthCore
import AuthTestSupport
import Synchronization

/// A ``TokenSigner`` with the usual keys, and one account.
struct SignerWorld: Sendable {
    let keys: KeyWorld
    let ring: CurrentKeyRing
    let signer: TokenSigner
    let user: User
    let lifetime: Duration
    /// How often the signer asked for the keys to be read anew.
    let refreshes = Counter()
    /// What logins logged.
    let log = LogRecorder()

    var store: TestStore { keys.store }
    var time: ManualTimeSource { keys.time }

    init(lifetime: Duration = .seconds(3_600), refreshWorks: Bool = true) async throws {
        let keys = try await KeyWorld()
        try await keys.insertUsualKeys()
        let process = keys.process()
        try await process.rotationLoop.refresh()
        let refreshes = self.refreshes
        self.keys = keys
        self.lifetime = lifetime
        ring = process.ring
        signer = Self.signer(process.ring, keys.time) {
            refreshes.add()
            if refreshWorks { try await process.rotationLoop.refresh() }
        }
        let new = try Sample.user("alice", email: "alice@example.com")
        try await keys.store.write { transaction in try transaction.insert(new) }
        user = User(id: 1, username: "alice", passwordHash: new.passwordHash)
    }

    /// Another process's signer, which has reserved nothing yet.
    static func signer(
        _ ring: CurrentKeyRing, _ time: ManualTimeSource, refresh: @escaping @Sendable () async throws -> Void = {}
    ) -> TokenSigner {
        TokenSigner(
            keyRing: ring, executor: ImmediateExecutor(), time: time, clockSkew: .seconds(60), refreshKeyRing: refresh)
    }

    /// A live token, recorded as a login from 192.0.2.1.
    func login() async throws -> ParsedToken { try ParsedToken(try await issue(.live).text) }

    /// As a login does it.
    func issue(_ kind: TokenKind) async throws -> IssuedToken {
        try await logIn()(
            username: "alice", password: Secret("password of alice"), client: IPAddress(ipv4: 0xC000_0201), kind: kind)
    }

    func logIn(hasher: FakePasswordHasher = FakePasswordHasher(), by signer: TokenSigner? = nil) -> LogIn {
        LogIn(
            configuration: LogIn.Configuration(
                issuer: "https://issuer.example", audience: "https://api.example", lifetime: lifetime),
            store: store, hasher: hasher, log: LoginLog(logger: log.logger),
            delays: Sample.delays(time: time, logger: log.logger), signer: signer ?? self.signer, time: time)
    }
}

/// Counts calls from anywhere.
final class Counter: Sendable {
    private let state = Mutex(0)

    var count: Int { state.withLock { $0 } }

    func add() { state.withLock { $0 += 1 } }
}

import AuthCore
import AuthTestSupport
import Synchronization

/// A ``TokenIssuer`` with the usual keys, and one account.
struct IssuerWorld: Sendable {
    let keys: KeyWorld
    let ring: CurrentKeyRing
    let issuer: TokenIssuer
    let user: User
    /// How often the issuer asked for the keys to be read anew.
    let refreshes = Counter()

    var store: MemoryStore { keys.store }
    var time: ManualTimeSource { keys.time }

    init(lifetime: Duration = .seconds(3_600), refreshWorks: Bool = true) async throws {
        let keys = try await KeyWorld()
        try await keys.insertUsualKeys()
        let process = keys.process()
        try await process.rotationLoop.refresh()
        let refreshes = self.refreshes
        self.keys = keys
        ring = process.ring
        issuer = TokenIssuer(
            configuration: TokenIssuer.Configuration(
                issuer: "https://issuer.example", audience: "https://api.example", lifetime: lifetime,
                clockSkew: .seconds(60)), keyRing: process.ring, executor: ImmediateExecutor(), time: keys.time
        ) {
            refreshes.add()
            if refreshWorks { try await process.rotationLoop.refresh() }
        }
        let new = try Sample.user("alice", email: "alice@example.com")
        try await keys.store.write { transaction in try transaction.insert(new) }
        user = User(id: 1, username: "alice", passwordHash: new.passwordHash)
    }

    /// A live token, recorded as a login from 192.0.2.1.
    func login() async throws -> ParsedToken { try ParsedToken(try await issue(.live).text) }

    func issue(_ kind: TokenKind) async throws -> AccessToken {
        let entry = AuthLogEntry(clientAddress: "192.0.2.1", moment: time.now, userID: user.id)
        return try await issuer.issue(kind, to: user, in: store) { transaction in try transaction.append(entry) }
    }
}

/// Counts calls from anywhere.
final class Counter: Sendable {
    private let state = Mutex(0)

    var count: Int { state.withLock { $0 } }

    func add() { state.withLock { $0 += 1 } }
}

import AuthCore
import AuthTestSupport
import Testing

/// A hasher that fails in a way nobody has foreseen.
private struct BrokenHasher: PasswordHasher {
    struct Failure: Error { let path = "/etc/secret-path" }

    func hash(_ password: Secret, for share: HashShare) async throws -> PasswordHash { throw Failure() }
    func verify(_ password: Secret, against hash: PasswordHash?, for share: HashShare) async throws -> Bool {
        throw Failure()
    }
    func canVerify(_ hash: PasswordHash) -> Bool { true }
    func needsRehash(_ hash: PasswordHash) -> Bool { false }
}

@Suite("When the server cannot", .timeLimit(.minutes(1)))
struct FailureTests {
    private let requests = [
        RawRequest.logIn("alice", "password of alice"), RawRequest.logIn("mallory", "x"),
        RawRequest.logIn("alice", "password of alice", target: "/auth?expired=true"),
        RawRequest.post("/register", #"{"username":"bob"}"#),
    ]

    @Test("no hashing capacity is 503 overloaded with a time to wait")
    func overloaded() async throws {
        try await TestServer.with { server in
            server.hasher.overload(.hashing)
            server.hasher.overload(.verifying)
            for request in requests {
                let answer = try await server.answer(request)
                #expect(answer.status == 503)
                #expect(answer.errorCode == "overloaded")
                #expect(answer["Retry-After"] == "2")
                #expect(answer["Cache-Control"] == "no-store")
            }
            #expect(server.store.authLog.isEmpty)
        }
    }

    @Test("a store that does not answer is 503 unavailable, and the reason stays inside")
    func unavailable() async throws {
        try await TestServer.with { server in
            server.store.fail(with: AuthError.unavailable("disk I/O error in /var/lib/secret.db: SELECT * FROM users"))
            for request in requests {
                let answer = try await server.answer(request)
                #expect(answer.status == 503)
                #expect(answer.errorCode == "unavailable")
                #expect(answer["Retry-After"] == "1")
                #expect(answer["Cache-Control"] == "no-store")
                for secret in ["disk", "/var", "SELECT"] { #expect(!answer.text.contains(secret)) }
            }
        }
    }

    @Test("a failure nobody foresaw is 500 and says nothing")
    func unforeseen() async throws {
        try await TestServer.with(.init(slowHasher: BrokenHasher())) { server in
            for request in requests {
                let answer = try await server.answer(request)
                #expect(answer.status == 500)
                #expect(answer.errorCode == "server_error")
                #expect(answer["Cache-Control"] == "no-store")
                for secret in ["secret", "Failure", "Hasher", "Swift"] { #expect(!answer.text.contains(secret)) }
            }
            #expect(try await server.isAlive())
        }
    }

    @Test(
        "what only an operator can mend is 503 and says nothing",
        arguments: [
            OperatorError.wrongMasterKey, .refused("restore /var/lib/secret.db"), .keyUnreadable(KeyID(1), .forged),
            .damaged("users.id of the row secret"),
        ])
    func internalErrors(error: OperatorError) async throws {
        try await TestServer.with { server in
            server.store.fail(with: error)
            let answer = try await server.answer(requests[0])
            #expect(answer.status == 503)
            #expect(answer.errorCode == "unavailable")
            for secret in ["secret", "NOT_MY_KEY", "key"] { #expect(!answer.text.contains(secret)) }
        }
    }

    @Test("a client who asked for an expired token before there is such a key is told to come back")
    func noExpiredKey() async throws {
        try await TestServer.with { server in
            let ring = try TestKeys.ring()
            server.keyRing.publish(KeyRing(active: ring.active, expired: nil, set: ring.set, setChangesAt: nil))
            let answer = try await server.answer(requests[2])
            #expect(answer.status == 503)
            #expect(answer.errorCode == "unavailable")
        }
    }
}

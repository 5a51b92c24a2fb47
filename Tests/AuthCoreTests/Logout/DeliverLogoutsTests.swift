import AuthCore
import AuthTestSupport
import Foundation
import Synchronization
import Testing

/// Answers what a test says, and keeps what it was asked.
private final class FakeHTTP: OutgoingHTTP {
    private let state = Mutex<(answer: Result<OutgoingAnswer, OutgoingFailure>, asked: [OutgoingRequest])>(
        (.success(OutgoingAnswer(status: 200)), []))

    var asked: [OutgoingRequest] { state.withLock { $0.asked } }

    func answer(_ answer: Result<OutgoingAnswer, OutgoingFailure>) { state.withLock { $0.answer = answer } }

    func ask(_ requests: [OutgoingRequest]) async -> [Result<OutgoingAnswer, OutgoingFailure>] {
        state.withLock { state in
            state.asked += requests
            return requests.map { _ in state.answer }
        }
    }
}

@Suite("DeliverLogouts") struct DeliverLogoutsTests {
    private let world: SignerWorld
    private let http = FakeHTTP()

    private var store: TestStore { world.store }
    private var time: ManualTimeSource { world.time }

    init() async throws {
        world = try await SignerWorld()
        let client = Client(
            id: Sample.app, name: try ClientName("App"), kind: .confidential,
            redirectURIs: [RedirectURI(stored: "https://app.example/cb")],
            backchannelLogoutURI: BackchannelLogoutURI(stored: "https://app.example/end"), grants: [.authorizationCode],
            scopes: [.openID], createdAt: Sample.now)
        try await store.write { transaction in _ = try transaction.insert(client, secret: nil) }
    }

    private func deliver() async throws -> [Int] {
        let deliver = DeliverLogouts(
            issuer: "https://issuer.example", store: store, signer: world.signer, http: http, time: time,
            logger: world.log.logger
        ) { 0.5 }
        let outcome = try await deliver()
        return [outcome.delivered, outcome.failed, outcome.givenUp]
    }

    /// Sessions that are ended now.
    private func end(_ sessions: String...) async throws {
        let now = time.now
        try await store.write { transaction in
            for session in sessions {
                try transaction.insert(
                    Sample.session(session, expiresAt: now + .seconds(9)), hash: Array(session.utf8),
                    idleUntil: now + .seconds(9))
                try transaction.note(Sample.app, in: session, until: now + .seconds(9))
                _ = try transaction.end(session, of: 1, at: now)
            }
        }
    }

    @Test("tells a client what the specification says, and nothing else") func token() async throws {
        try await end("sid-1")
        #expect(try await deliver() == [1, 0, 0])
        let request = try #require(http.asked.first)
        #expect(http.asked.count == 1 && request.url == "https://app.example/end")
        #expect(!"\(request)".contains("logout_token"), "no log holds it")
        let prefix = "logout_token="
        try #require(request.form.hasPrefix(prefix))
        let token = try ParsedToken(String(request.form.dropFirst(prefix.count)))
        let (now, kid) = (time.now.seconds, try #require(world.ring.current?.active.id))
        #expect(token.header == #"{"alg":"RS256","kid":"\#(kid)","typ":"logout+jwt"}"#)
        let jti = try token.text("jti")
        #expect(
            token.payload
                == #"{"iss":"https://issuer.example","sub":"1","aud":"app","iat":\#(now),"exp":\#(now + 120),"#
                + #""jti":"\#(jti)","sid":"sid-1","events":{"http://schemas.openid.net/event/backchannel-logout":{}}}"#)
        // Under a reservation as every token: the key stays in the JWK Set for as long.
        let reserved = store.keyStoreContents.lifecycles.first { $0.id == kid }?.latestTokenExpiry
        #expect(try #require(reserved) >= time.now + .seconds(120))
        #expect(try await deliver() == [0, 0, 0] && http.asked.count == 1, "once is enough")
        #expect(store.count("logout_deliveries") == 0)
        // Shown to us it is nothing.
        #expect(world.ring.current?.set.verifier(String(request.form.dropFirst(prefix.count))) == nil)
    }

    @Test("tries again, each time with another jti and iat, until it is too late") func again() async throws {
        try await end("sid-1")
        http.answer(.success(OutgoingAnswer(status: 503)))
        #expect(try await deliver() == [0, 1, 0])
        #expect(try await deliver() == [0, 0, 0], "not before its time")
        var hours = 0
        while hours < 30 {
            time.advance(by: .seconds(3_600))
            _ = try await deliver()
            hours += 1
        }
        let tokens = try http.asked.map { try ParsedToken(String($0.form.dropFirst("logout_token=".count))) }
        #expect(Set(try tokens.map { try $0.text("jti") }).count == tokens.count && tokens.count > 20)
        #expect(Set(try tokens.map { try $0.number("iat") }).count == tokens.count)
        #expect(try tokens.allSatisfy { try $0.number("iat") < Sample.now.seconds + 24 * 3_600 }, "none after a day")
        let seen = try await ListLogouts(store: store)()
        #expect(seen.map(\.nextAt) == [nil] && seen.map(\.failure) == ["status 503"])
        #expect(world.log.lines.contains { "\($0)".contains("is not any more") })
    }

    @Test("a server that was away for a day tells nobody any more") func late() async throws {
        try await end("sid-1")
        time.advance(by: LogoutDelivery.longest)
        #expect(try await deliver() == [0, 0, 1])
        #expect(http.asked.isEmpty)
        #expect(try await ListLogouts(store: store)().map(\.failure) == ["too_late"])
    }

    @Test("a client that is disabled or gone is told nothing") func gone() async throws {
        try await end("sid-1")
        try await store.write { transaction in _ = try transaction.disable(Sample.app, at: Sample.now) }
        #expect(try await deliver() == [0, 0, 1] && http.asked.isEmpty)
        try await store.write { transaction in _ = try transaction.enable(Sample.app) }
        try await end("sid-2")
        try await store.write { transaction in _ = try transaction.deleteClient(Sample.app) }
        #expect(try await deliver() == [0, 0, 1] && http.asked.isEmpty)
        #expect(try await ListLogouts(store: store)().map(\.failure) == ["client_gone", "client_gone"])
    }

    @Test("takes so many at a time, and all in the end") func many() async throws {
        for number in 0..<130 { try await end("sid-\(number)") }
        for count in [64, 64, 2, 0] { #expect(try await deliver() == [count, 0, 0]) }
        #expect(Set(http.asked.map(\.form)).count == 130)
    }

    @Test("a row that cannot be read keeps no other from being delivered") func damaged() async throws {
        try await end("sid-1", "sid-2", "sid-3")
        try store.execute("UPDATE logout_deliveries SET client_id = x'00' WHERE session_id = 'sid-1'")
        try store.execute("UPDATE logout_deliveries SET created_at = 'then' WHERE session_id = 'sid-2'")
        #expect(try await deliver() == [1, 0, 0])
    }

    @Test("a database that does not answer leaves everything where it was") func outage() async throws {
        try await end("sid-1")
        store.fail(with: AuthError.unavailable("away"))
        await #expect(throws: AuthError.unavailable("away")) { try await deliver() }
        store.fail(with: nil)
        #expect(http.asked.isEmpty)
        #expect(try await deliver() == [1, 0, 0])
    }
}

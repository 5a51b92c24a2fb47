import Foundation
import JWKSVerifier
import Logging
import Synchronization

/// Answers as a JWK Set's URL would, counts who asks, and can make them wait.
final class FakeKeySet: Sendable {
    struct Down: Error {}

    private struct State {
        var answer: Result<KeySetResponse, Down>
        var requests: [KeySetRequest] = []
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    init(_ issuers: [TestIssuer] = TestIssuer.all, cacheControl: String? = "public, max-age=300") {
        state = Mutex(State(answer: .success(Self.response(issuers, cacheControl))))
    }

    static func response(_ issuers: [TestIssuer], _ cacheControl: String? = "public, max-age=300") -> KeySetResponse {
        KeySetResponse(status: 200, cacheControl: cacheControl, entityTag: "\"1\"", body: TestIssuer.set(issuers))
    }

    var requests: [KeySetRequest] { state.withLock { $0.requests } }
    var count: Int { requests.count }

    /// What is answered from now on.
    func answer(_ response: KeySetResponse) { state.withLock { $0.answer = .success(response) } }
    func fail() { state.withLock { $0.answer = .failure(Down()) } }

    /// Requests wait until ``release()``.
    func hold() { state.withLock { $0.isHeld = true } }
    func release() {
        let held = state.withLock { state in
            defer { (state.isHeld, state.held) = (false, []) }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    var transport: KeySetTransport {
        { request in
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let isHeld = self.state.withLock { state in
                    state.requests.append(request)
                    if state.isHeld { state.held.append(continuation) }
                    return state.isHeld
                }
                if !isHeld { continuation.resume() }
            }
            return try self.state.withLock { $0.answer }.get()
        }
    }

    func verifier(
        _ clock: ManualClock, options: VerifierOptions = VerifierOptions(), audiences: Set<String> = ["api"]
    ) throws -> JWTVerifier {
        try JWTVerifier(
            issuer: TestIssuer.url, audiences: audiences, keySet: nil, options: options, logger: Logger(label: "test"),
            clock: clock.clock, random: { 0 }, transport: transport)
    }
}

/// Polls: what other tasks do has no signal of its own.
func until(_ what: String, _ condition: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while !condition() {
        guard ContinuousClock.now < deadline else { throw TimedOut(what: what) }
        try await Task.sleep(for: .milliseconds(1))
    }
}

struct TimedOut: Error {
    let what: String
}

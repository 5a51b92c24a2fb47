import Foundation
import JWKSVerifier
import JWTKit

/// One way to verify a token. The loop is inside of it: a closure that is called for each token may change threads each time,
/// which costs as much as half a verification.
struct Way: Sendable {
    let name: String
    let verify: @Sendable (_ times: Int) async throws -> Void
}

extension Subject {
    func ways() async throws -> [Way] {
        let (verifier, kit) = (try verifier(), try await jwtKit())
        try await verifier.prepare()
        return [
            Way(name: "bare") { [bare] times in for _ in 0..<times { expect(bare()) } },
            Way(name: "ours") { [token] times in
                for _ in 0..<times {
                    let subject = try await verifier.verify(token).subject
                    expect(subject == "7")
                }
            },
            Way(name: "ours, own claims") { [token] times in
                for _ in 0..<times {
                    let client = try await verifier.verify(token, as: OwnClaims.self).claims.client_id
                    expect(client == "web")
                }
            },
            Way(name: "jwt-kit") { [token] times in
                for _ in 0..<times {
                    let subject = try await kit.verify(token, as: KitClaims.self).sub.value
                    expect(subject == "7")
                }
            },
        ]
    }

    /// What contention looks like: bare, one at a time.
    func behindOneLock() -> Way {
        let lock = NSLock()
        return Way(name: "bare behind one lock") { [bare] times in
            for _ in 0..<times { expect(lock.withLock { bare() }) }
        }
    }
}

private func expect(_ isGood: Bool) {
    if !isGood { fatalError("a good token was refused") }
}

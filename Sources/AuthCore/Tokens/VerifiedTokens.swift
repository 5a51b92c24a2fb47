import Crypto
import Synchronization

/// What tokens say whose signature was found good a moment ago: they are shown again and again, and neither a signature
/// nor what it covers ever changes. What ends a token is read each time.
///
/// Bounded: the younger half takes what is new and, once it is full, takes the place of the older one.
final class VerifiedTokens: Sendable {
    private typealias Tokens = [SHA256Digest: VerifiedToken]

    private static let mostInHalf = 2_048
    private let halves = Mutex<(younger: Tokens, older: Tokens)>(([:], [:]))

    /// What `text` was found to say, or is now by `verify`, which is called outside any lock.
    func token(_ text: String, verify: () -> VerifiedToken?) -> VerifiedToken? {
        var text = text
        // By its hash: a token opens something, and this outlives the request that brought it.
        let name = text.withUTF8 { SHA256.hash(data: $0) }
        if let known = halves.withLock({ $0.younger[name] ?? $0.older[name] }) { return known }
        guard let token = verify() else { return nil }
        halves.withLock { halves in
            if halves.younger.count >= Self.mostInHalf { halves = ([:], halves.younger) }
            halves.younger[name] = token
        }
        return token
    }
}

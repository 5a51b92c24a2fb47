/// Whose turn a password hash is: where more are wanted than can be made, they are shared out by this.
package struct HashShare: Hashable, Sendable {
    /// What the hash is for, the most deserving first.
    package enum Kind: CaseIterable, Sendable {
        /// A login to an account from where somebody logged in to it lately, and the server's own hashes.
        case known
        /// Another login.
        case login
        /// A new account.
        case registration
    }

    /// What it is for.
    package let kind: Kind
    /// How much speaks for a guess, from 0 to ``mostDoubt``; 0 for what is no login.
    package let doubt: Int
    /// Where it comes from; nil for the server itself.
    package let block: AddressBlock?

    /// The server's own, an operator's included.
    package static let own = HashShare(.known, from: nil)
    /// The highest doubt.
    package static let mostDoubt = 3

    /// - Parameters:
    ///   - client: nil for nobody in particular.
    ///   - doubt: more than ``mostDoubt`` is that much.
    package init(_ kind: Kind, from client: IPAddress?, doubt: Int = 0) {
        self.kind = kind
        self.doubt = kind == .login ? min(max(0, doubt), Self.mostDoubt) : 0
        block = client.map { AddressBlock(of: $0.rateLimitKey) }
    }
}

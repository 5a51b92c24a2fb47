/// What a token lets its bearer do, by name: RFC 6749 §3.3.
package struct Scope: Hashable, Sendable {
    private static let maximumLength = 100

    /// As it goes over the wire.
    package let name: String

    /// The scope of this name; nil for what is no `scope-token`, or longer than 100 characters.
    package init?(_ name: String) {
        guard (1...Self.maximumLength).contains(name.utf8.count),
            name.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        else { return nil }
        self.name = name
    }

    /// As it is stored, whatever the rules are by now.
    package init(stored name: String) { self.name = name }

    /// That the user is signed in: OpenID Connect Core 1.0 §3.1.2.1.
    package static let openID = Scope(stored: "openid")
    /// The user's name: Core §5.4.
    package static let profile = Scope(stored: "profile")
    /// The user's address: Core §5.4.
    package static let email = Scope(stored: "email")
    /// A refresh token that outlives the session: Core §11.
    package static let offlineAccess = Scope(stored: "offline_access")
    /// Those that no resource has: the issuer's own.
    package static let ofIssuer = [openID, profile, email, offlineAccess]
}

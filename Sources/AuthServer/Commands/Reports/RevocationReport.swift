package import AuthCore

/// What `keys revoke` answers.
package struct RevocationReport: CommandReport {
    private let revoked: KeyLifecycle
    private let active: KeyID
    private let liveTokens: Int
    private let liveGrants: Int
    private let cachedFor: Duration

    /// - Parameters:
    ///   - revoked: the key as it was before.
    ///   - active: the key that signs now.
    ///   - liveTokens: at most so many unexpired tokens of `POST /auth` were signed with it.
    ///   - liveGrants: so much of what users gave clients is alive.
    ///   - cachedFor: how long a verifier is told to cache the JWK Set.
    package init(revoked: KeyLifecycle, active: KeyID, liveTokens: Int, liveGrants: Int, cachedFor: Duration) {
        self.revoked = revoked
        self.active = active
        self.liveTokens = liveTokens
        self.liveGrants = liveGrants
        self.cachedFor = cachedFor
    }

    /// What happened, and what follows for those who hold tokens.
    package var lines: [String] {
        var lines = [
            "key \(revoked.id) is out of the JWK Set; key \(active) signs",
            "at most \(counted(liveTokens, "live token")) of POST /auth \(liveTokens == 1 ? "was" : "were") signed with it,"
                + " and tokens of clients, which nobody counts: whoever fetches the JWK Set from now on refuses them",
            "no session and no grant ends: \(liveGrants) \(liveGrants == 1 ? "grant is" : "grants are") alive, and a client"
                + " that refreshes gets tokens under key \(active)",
            "a verifier with a cached JWK Set goes on accepting them until it fetches again: within"
                + " \(cachedFor.secondsRoundedUp) s if it obeys max-age, but most keep the set for a time of their own,"
                + " 5 minutes to 10 hours, some until they meet an unknown kid: restart those you can",
        ]
        if revoked.state == .active {
            lines.append(
                "and refuses tokens of key \(active) until then only if it has not fetched since that was published")
        }
        return lines
    }

    /// `{"revoked":"…","signs":"…","live_tokens_at_most":…,"live_grants":…,"cached_for_at_most":…}`, the last in seconds.
    package var json: [(name: String, value: JSONValue)] {
        [
            ("revoked", .string(revoked.id.description)), ("signs", .string(active.description)),
            ("live_tokens_at_most", .integer(Int64(liveTokens))), ("live_grants", .integer(Int64(liveGrants))),
            ("cached_for_at_most", .integer(cachedFor.secondsRoundedUp)),
        ]
    }
}

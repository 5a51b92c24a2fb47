/// How long a key plays each part. All spans are at least a second.
package struct KeyPolicy: Equatable, Sendable {
    /// How long a key signs.
    package var activePeriod: Duration
    /// How long a key must have been published before it signs.
    package var publishAhead: Duration
    /// The longest that a verifier is told to cache the JWK Set.
    package var maxAge: Duration
    package var tokenLifetime: Duration
    /// How far a verifier's clock may be off.
    package var clockSkew: Duration

    package init(
        activePeriod: Duration, publishAhead: Duration, maxAge: Duration, tokenLifetime: Duration, clockSkew: Duration
    ) {
        self.activePeriod = activePeriod
        self.publishAhead = publishAhead
        self.maxAge = maxAge
        self.tokenLifetime = tokenLifetime
        self.clockSkew = clockSkew
    }

    /// The sum that fails, in words, when these periods cannot keep every verifier whole; nil when they can.
    package var contradiction: String? {
        let needed = maxAge * 2 + clockSkew
        if publishAhead < needed {
            return "JWKS_KEY_PUBLISH_AHEAD (\(text(publishAhead))) must be at least 2 × JWKS_MAX_AGE + JWKS_CLOCK_SKEW"
                + " = 2 × \(text(maxAge)) + \(text(clockSkew)) = \(text(needed)):"
                + " else a key signs while a verifier's cache may lack it"
        }
        if activePeriod < publishAhead {
            return "JWKS_KEY_ACTIVE_PERIOD (\(text(activePeriod))) must be at least JWKS_KEY_PUBLISH_AHEAD"
                + " (\(text(publishAhead))): else a key is due before its successor may sign"
        }
        if activePeriod < tokenLifetime + clockSkew {
            return "JWKS_KEY_ACTIVE_PERIOD (\(text(activePeriod))) must be at least JWKS_TOKEN_LIFETIME +"
                + " JWKS_CLOCK_SKEW = \(text(tokenLifetime)) + \(text(clockSkew))"
                + " = \(text(tokenLifetime + clockSkew)): else a token could outlive its key"
        }
        return nil
    }

    private func text(_ span: Duration) -> String {
        let seconds = span.secondsRoundedUp
        for (unit, size) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60)] where seconds >= size && seconds % size == 0
        {
            return "\(seconds / size)\(unit)"
        }
        return "\(seconds)s"
    }
}

/// How long a key plays each part. All spans are at least a second, but for the skew, which may be zero.
package struct KeyPolicy: Equatable, Sendable {
    /// How long a key signs.
    package var activePeriod: Duration
    /// How long a key must have been published before it signs.
    package var publishAhead: Duration
    /// The longest that a verifier is told to cache the JWK Set.
    package var maxAge: Duration
    /// How long the tokens of a key live.
    package var tokenLifetime: Duration
    /// How far a verifier's clock may be off.
    package var clockSkew: Duration

    /// Takes the periods as they are: ``contradiction`` says whether they go together.
    package init(
        activePeriod: Duration, publishAhead: Duration, maxAge: Duration, tokenLifetime: Duration, clockSkew: Duration
    ) {
        self.activePeriod = activePeriod
        self.publishAhead = publishAhead
        self.maxAge = maxAge
        self.tokenLifetime = tokenLifetime
        self.clockSkew = clockSkew
    }

    /// Periods that cannot keep every verifier whole, and the sum that fails.
    package enum Contradiction: Equatable, Sendable {
        /// `publishAhead` is less than `needed`, two caches one after the other and the skew: a key would sign while a
        /// verifier's cache may lack it.
        case publishedTooBriefly(publishAhead: Duration, maxAge: Duration, clockSkew: Duration, needed: Duration)
        /// A key would be due before its successor may sign.
        case dueBeforeItsSuccessor(activePeriod: Duration, publishAhead: Duration)
        /// `activePeriod` is less than `needed`, a token's lifetime and the skew: a token could outlive its key.
        case outlivedByAToken(
            activePeriod: Duration, tokenLifetime: Duration, clockSkew: Duration, needed: Duration)
    }

    /// The first sum that fails; nil when these periods keep every verifier whole.
    package var contradiction: Contradiction? {
        let spread = maxAge * 2 + clockSkew
        if publishAhead < spread {
            return .publishedTooBriefly(
                publishAhead: publishAhead, maxAge: maxAge, clockSkew: clockSkew, needed: spread)
        }
        if activePeriod < publishAhead {
            return .dueBeforeItsSuccessor(activePeriod: activePeriod, publishAhead: publishAhead)
        }
        if activePeriod < tokenLifetime + clockSkew {
            return .outlivedByAToken(
                activePeriod: activePeriod, tokenLifetime: tokenLifetime, clockSkew: clockSkew,
                needed: tokenLifetime + clockSkew)
        }
        return nil
    }
}

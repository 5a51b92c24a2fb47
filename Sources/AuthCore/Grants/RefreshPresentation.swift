/// A refresh token as a client brings it, and what is allowed for it.
///
/// A grant has one living refresh token. Using it makes the next *generation*, which can be derived again: whoever brings
/// the one before within the grace gets the same successor, so a lost answer, two tabs or a server's fan-out sign nobody
/// out, and there never are two chains. Two generations back, or after the grace, is theft: the grant ends. A thief who
/// shadows the owner's rhythm earns a strike for each generation that somebody came late for, and is ended at the third
/// (RFC 9700 §4.14.2, OAuth 2.1 §4.3.1).
package struct RefreshPresentation: Sendable {
    /// How long the rules let tokens live.
    package struct Policy: Equatable, Sendable {
        /// How long after a rotation the token before is taken: 0 to 300 seconds.
        package var grace: Duration
        /// For how long a grant may go unused.
        package var idle: Duration
        /// From a grant's beginning to its end, whatever is refreshed.
        package var absolute: Duration

        /// A policy with these times.
        package init(
            grace: Duration = .seconds(30), idle: Duration = .seconds(30 * 86_400),
            absolute: Duration = .seconds(90 * 86_400)
        ) {
            self.grace = grace
            self.idle = idle
            self.absolute = absolute
        }
    }

    /// Of the grant, from the token.
    package let grant: GrantID
    /// From the token.
    package let generation: Int64
    /// Who brings it.
    package let client: ClientID
    /// Whether the next one is another token: a public client's is (OAuth 2.1 §4.3.1), a confidential one's need not be.
    package let rotates: Bool
    /// What the rules allow.
    package let policy: Policy

    /// A token that is brought; its integrity was checked before.
    package init(grant: GrantID, generation: Int64, client: ClientID, rotates: Bool, policy: Policy) {
        self.grant = grant
        self.generation = generation
        self.client = client
        self.rotates = rotates
        self.policy = policy
    }

    /// What became of it.
    package enum Outcome: Equatable, Sendable {
        /// Good: the token of this generation is the one to use from now on.
        case refreshed(Grant, generation: Int64)
        /// Reused: the grant was ended. How old the token was is not known of a row that is damaged.
        case reused(Grant, RefreshReuse?)
        /// Unknown, ended, over, or another client's; nothing was changed.
        case refused
    }
}

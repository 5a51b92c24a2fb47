/// A row of the audit log as it is stored, for showing: a newer server may have written a word that this one does not
/// know, and what cannot be read is nil.
package struct AuditRecord: Equatable, Sendable {
    /// Rises from row to row and is never given twice. On a database that several servers share, a row may become
    /// visible after one with a higher number.
    package let number: Int64
    /// When it happened.
    package let moment: Timestamp
    /// ``AuditOrigin/actor``.
    package let actor: String?
    /// The name of an ``AuditAction``.
    package let action: String?
    /// The name of an ``AuditOutcome``.
    package let outcome: String?
    /// The name of an ``AuditReason``.
    package let reason: String?
    /// The account that it is about.
    package let userID: UserID?
    /// The name that the account had then.
    package let username: String?
    /// The OAuth client that it is about.
    package let client: String?
    /// The caller's address.
    package let address: String?
    /// What the caller says it is.
    package let userAgent: String?
    /// The key that signed, or that it is about.
    package let kid: Int64?
    /// Of the token that was issued.
    package let jti: String?

    /// A row with these columns.
    package init(
        number: Int64, moment: Timestamp, actor: String?, action: String?, outcome: String?, reason: String?,
        userID: UserID?, username: String?, client: String?, address: String?, userAgent: String?, kid: Int64?,
        jti: String?
    ) {
        self.number = number
        self.moment = moment
        self.actor = actor
        self.action = action
        self.outcome = outcome
        self.reason = reason
        self.userID = userID
        self.username = username
        self.client = client
        self.address = address
        self.userAgent = userAgent
        self.kid = kid
        self.jti = jti
    }

    /// The row that `event` becomes.
    package init(_ event: AuditEvent, number: Int64) {
        self.init(
            number: number, moment: event.moment, actor: event.origin.actor, action: event.action.rawValue,
            outcome: event.outcome.rawValue, reason: event.reason?.rawValue, userID: event.userID,
            username: event.username, client: event.client, address: event.origin.address,
            userAgent: event.origin.userAgent, kid: event.kid?.number, jti: event.jti)
    }
}

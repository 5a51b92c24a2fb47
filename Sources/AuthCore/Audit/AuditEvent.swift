/// One thing that was done or tried, as the audit log keeps it: no secret, and no name that nobody has, which may be a
/// password in the wrong field.
package struct AuditEvent: Equatable, Sendable {
    /// The most bytes of a text that somebody else chose; what is longer is cut.
    package static let longestText = 256

    /// When.
    package let moment: Timestamp
    /// By whom, and from where.
    package let origin: AuditOrigin
    /// What.
    package let action: AuditAction
    /// Whether it was done.
    package let outcome: AuditOutcome
    /// Why not, or why so.
    package let reason: AuditReason?
    /// The account that it is about.
    package let userID: UserID?
    /// The name that the account had then.
    package let username: String?
    /// The OAuth client that it is about.
    package let client: String?
    /// The key that signed, or that it is about.
    package let kid: KeyID?
    /// Of the token that was issued.
    package let jti: String?

    /// - Parameters:
    ///   - username: of an account that there is or was, never what a caller typed.
    ///   - client: an identifier, never a secret.
    package init(
        _ action: AuditAction, _ outcome: AuditOutcome = .success, reason: AuditReason? = nil, by origin: AuditOrigin,
        at moment: Timestamp, userID: UserID? = nil, username: String? = nil, client: String? = nil, kid: KeyID? = nil,
        jti: String? = nil
    ) {
        self.moment = moment
        self.origin = origin
        self.action = action
        self.outcome = outcome
        self.reason = reason
        self.userID = userID
        self.username = username.map(Self.bounded)
        self.client = client.map(Self.bounded)
        self.kid = kid
        self.jti = jti
    }

    /// `text` as a row keeps it: its first ``longestText`` bytes in whole characters, and nothing for a NUL, which no
    /// database holds in a text.
    package static func bounded(_ text: String) -> String {
        guard text.utf8.count > longestText || text.utf8.contains(0) else { return text }
        var kept = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars where scalar != "\0" {
            bytes += UTF8.width(scalar)
            guard bytes <= longestText else { break }
            kept.append(scalar)
        }
        return String(kept)
    }
}

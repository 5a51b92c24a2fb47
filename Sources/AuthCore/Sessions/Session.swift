// Sessions owns a browser's session, and the flow of one authorization request through its pages. It must not know what
// a page looks like.

/// A browser that a user signed in with.
package struct Session: Equatable, Sendable {
    /// How long sessions live.
    package struct Policy: Equatable, Sendable {
        /// For how long one may go unused.
        package var idle: Duration
        /// From its beginning to its end.
        package var absolute: Duration

        /// A policy with these times.
        package init(idle: Duration = .seconds(12 * 3_600), absolute: Duration = .seconds(7 * 86_400)) {
            self.idle = idle
            self.absolute = absolute
        }
    }

    /// `sid` in its tokens, and never what the cookie says.
    package let id: String
    /// Who signed in.
    package let user: UserID
    /// `auth_time`: when the password was checked last.
    package let authenticatedAt: Timestamp
    /// Where from, as text.
    package let address: String
    /// What the browser calls itself, at most 256 bytes.
    package let userAgent: String
    /// When it began.
    package let createdAt: Timestamp
    /// When it was used last, to five minutes.
    package let seenAt: Timestamp
    /// When it ends at the latest.
    package let expiresAt: Timestamp

    /// A session with these columns.
    package init(
        id: String, user: UserID, authenticatedAt: Timestamp, address: String, userAgent: String,
        createdAt: Timestamp, seenAt: Timestamp, expiresAt: Timestamp
    ) {
        self.id = id
        self.user = user
        self.authenticatedAt = authenticatedAt
        self.address = address
        self.userAgent = userAgent
        self.createdAt = createdAt
        self.seenAt = seenAt
        self.expiresAt = expiresAt
    }

    /// An id that no session has: 16 random bytes in base64url. None begins with a hyphen: an operator who ends the session
    /// gives it to a command, which would take it for an option.
    package static func randomID() -> String {
        var id: String
        repeat { id = Base64URL.text(RandomBytes.make(16)) } while id.hasPrefix("-")
        return id
    }
}

/// A session about to begin, now that a password was checked. It has a new secret, whatever the browser had: nobody knows
/// that one beforehand (session fixation).
struct NewSession: Sendable {
    let secret: BrowserSecret
    private let id = Session.randomID()
    private let browser: Browser
    private let policy: Session.Policy

    init(in browser: Browser, _ policy: Session.Policy, secret: BrowserSecret = .random()) {
        self.secret = secret
        self.browser = browser
        self.policy = policy
    }

    /// Begins it, or gives the browser's session of the same user the new secret.
    func begin(of user: UserID, at now: Timestamp, in transaction: any WriteTransaction) throws {
        let idleUntil = now + policy.idle
        if let before = browser.session, let old = try transaction.session(before.hash, at: now) {
            if old.user == user,
                try transaction.renewSession(before.hash, to: secret.hash, at: now, idleUntil: idleUntil)
            {
                return
            }
            // Somebody else sat here: signed out, as by themselves.
            _ = try transaction.endSession(old.id, of: old.user, for: .signedOut, at: now)
        }
        let session = Session(
            id: id, user: user, authenticatedAt: now, address: browser.address.description,
            userAgent: AuditEvent.bounded(browser.userAgent ?? ""), createdAt: now, seenAt: now,
            expiresAt: now + policy.absolute)
        try transaction.insert(session, hash: secret.hash, idleUntil: idleUntil)
    }
}

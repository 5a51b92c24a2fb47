/// Who is signed in with a browser: the session and its account, which may be used.
struct OwnSession: Sendable {
    let session: Session
    let account: Account
}

extension SessionReads where Self: AccountReads {
    /// Who is signed in with the browser whose cookie has this secret; nil for nobody, and for an account that is disabled
    /// or has to change its password.
    func ownSession(_ secret: BrowserSecret?, at now: Timestamp) throws -> OwnSession? {
        guard let secret, let session = try session(secret.hash, at: now), let account = try account(session.user),
            account.disabledAt == nil, !account.mustChangePassword
        else { return nil }
        return OwnSession(session: session, account: account)
    }
}

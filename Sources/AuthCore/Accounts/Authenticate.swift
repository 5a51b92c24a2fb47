/// The way to an account that every password takes: found under its name, slowed down where somebody guesses, checked, and
/// written down where it was wrong.
struct Authenticate: Sendable {
    private let store: any Store
    private let checkPassword: CheckPassword
    private let time: any TimeSource
    private let action: AuditAction
    let delays: LoginDelays
    let log: LoginLog

    /// - Parameter action: what the password is for, as the audit log calls it.
    init(
        store: any Store, hasher: any PasswordHasher, log: LoginLog, delays: LoginDelays, time: any TimeSource,
        for action: AuditAction
    ) {
        self.action = action
        self.store = store
        self.log = log
        checkPassword = CheckPassword(hasher: hasher, log: log)
        self.delays = delays
        self.time = time
    }

    /// A password that was right.
    struct Success: Sendable {
        let match: CheckPassword.Match
        let attempt: LoginDelays.Attempt
        /// Whose turn another hash of this caller is.
        let share: HashShare
        fileprivate let client: IPAddress
        fileprivate let origin: AuditOrigin
    }

    /// Checks the password; one that is wrong is on disk before this throws.
    /// - Throws: ``AuthError/invalidCredentials`` for an unknown user, a wrong password and a disabled account alike,
    ///   ``AuthError/rateLimited(_:)`` where too many wrong ones were tried.
    func callAsFunction(
        username: String, password: Secret, client: IPAddress, userAgent: String?
    ) async throws -> Success {
        let origin = AuditOrigin.caller(client, userAgent: userAgent)
        let (key, delays) = (delays.key(username, client), delays)
        let (user, attempt) = try await store.read { transaction in
            (try transaction.user(named: Username.forms(of: username)), delays.record(of: key, in: transaction))
        }
        let share = try await delays.admit(attempt, from: client, in: store)
        guard let match = try await checkPassword(user, password, share: share) else {
            throw try await refusal(Self.reason(user), user, attempt, client, origin)
        }
        delays.forgive(attempt)
        return Success(match: match, attempt: attempt, share: share, client: client, origin: origin)
    }

    /// Does what the right password is for. What `body` finds changed since is a wrong password after all.
    /// - Throws: what `body` throws, ``AuthError/invalidCredentials`` written down first.
    func settling<Result>(_ success: Success, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch AuthError.invalidCredentials {
            throw try await refusal(
                .changedMeanwhile, success.match.user, success.attempt, success.client, success.origin)
        }
    }

    /// The row of `auth_logs` for a success, at this moment.
    func entry(of success: Success) -> AuthLogEntry {
        AuthLogEntry(clientAddress: success.client.description, moment: time.now, userID: success.match.user.id)
    }

    /// The row of the audit log for a success.
    /// - Parameters:
    ///   - kid: of the key that signs a token for it.
    ///   - jti: of that token.
    func event(of success: Success, kid: KeyID? = nil, jti: String? = nil) -> AuditEvent {
        event(nil, success.match.user, success.origin, kid: kid, jti: jti)
    }

    /// Writes down a right password that opened nothing.
    func recordUnused(_ success: Success) async throws {
        let entry = AuthLogEntry(clientAddress: success.client.description, moment: time.now, userID: nil)
        let event = event(.passwordChangeRequired, success.match.user, success.origin)
        let (delays, attempt) = (delays, success.attempt)
        try await store.write { transaction in
            try transaction.append(entry)
            try transaction.append(event)
            try delays.noteLogin(attempt, at: entry.moment, in: transaction)
        }
    }

    /// Writes down that it was wrong, and counts it.
    private func refusal(
        _ reason: AuditReason, _ user: User?, _ attempt: LoginDelays.Attempt, _ client: IPAddress,
        _ origin: AuditOrigin
    ) async throws -> AuthError {
        let entry = AuthLogEntry(clientAddress: client.description, moment: time.now, userID: nil)
        let (delays, event) = (delays, event(reason, user, origin))
        try await store.write { transaction in
            try transaction.append(entry)
            try transaction.append(event)
            try delays.countFailure(attempt, at: entry.moment, in: transaction)
        }
        log.failed(reason, user, from: client)
        return .invalidCredentials
    }

    /// Of an account or of nobody: what was typed for a name is not written down.
    private func event(
        _ reason: AuditReason?, _ user: User?, _ origin: AuditOrigin, kid: KeyID? = nil, jti: String? = nil
    ) -> AuditEvent {
        AuditEvent(
            action, reason == nil ? .success : .failure, reason: reason, by: origin, at: time.now, userID: user?.id,
            username: user?.username, kid: kid, jti: jti)
    }

    private static func reason(_ user: User?) -> AuditReason {
        guard let user else { return .unknownUser }
        return user.isDisabled ? .disabled : .wrongPassword
    }
}

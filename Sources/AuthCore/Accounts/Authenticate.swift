/// The way to an account that every password takes: found under its name, slowed down where somebody guesses, checked, and
/// written down where it was wrong.
struct Authenticate: Sendable {
    private let store: any Store
    private let checkPassword: CheckPassword
    private let time: any TimeSource
    let delays: LoginDelays
    let log: LoginLog

    init(
        store: any Store, hasher: any PasswordHasher, log: LoginLog, delays: LoginDelays, time: any TimeSource
    ) {
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
        let client: IPAddress
    }

    /// Checks the password; one that is wrong is on disk before this throws.
    /// - Throws: ``AuthError/invalidCredentials`` for an unknown user, a wrong password and a disabled account alike,
    ///   ``AuthError/rateLimited(_:)`` where too many wrong ones were tried.
    func callAsFunction(username: String, password: Secret, client: IPAddress) async throws -> Success {
        let (key, delays) = (delays.key(username, client), delays)
        let (user, attempt) = try await store.read { transaction in
            (try transaction.user(named: Username.forms(of: username)), delays.record(of: key, in: transaction))
        }
        let share = try await delays.admit(attempt, from: client, in: store)
        guard let match = try await checkPassword(user, password, share: share) else {
            throw try await refusal(user.failure, user, attempt, client)
        }
        delays.forgive(attempt)
        return Success(match: match, attempt: attempt, share: share, client: client)
    }

    /// Does what the right password is for. What `body` finds changed since is a wrong password after all.
    /// - Throws: what `body` throws, ``AuthError/invalidCredentials`` written down first.
    func settling<Result>(_ success: Success, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch AuthError.invalidCredentials {
            throw try await refusal(.changedMeanwhile, success.match.user, success.attempt, success.client)
        }
    }

    /// The row of `auth_logs` for a success, at this moment.
    func entry(of success: Success) -> AuthLogEntry {
        AuthLogEntry(clientAddress: success.client.description, moment: time.now, userID: success.match.user.id)
    }

    /// Writes down a right password that opened nothing.
    func recordUnused(_ success: Success) async throws {
        let entry = AuthLogEntry(clientAddress: success.client.description, moment: time.now, userID: nil)
        let (delays, attempt) = (delays, success.attempt)
        try await store.write { transaction in
            try transaction.append(entry)
            try delays.noteLogin(attempt, at: entry.moment, in: transaction)
        }
    }

    /// Writes down that it was wrong, and counts it.
    private func refusal(
        _ failure: LoginLog.Failure, _ user: User?, _ attempt: LoginDelays.Attempt, _ client: IPAddress
    ) async throws -> AuthError {
        let entry = AuthLogEntry(clientAddress: client.description, moment: time.now, userID: nil)
        let delays = delays
        try await store.write { transaction in
            try transaction.append(entry)
            try delays.countFailure(attempt, at: entry.moment, in: transaction)
        }
        log.failed(failure, user, from: client)
        return .invalidCredentials
    }
}

extension User? {
    /// Why a password opens nothing here.
    fileprivate var failure: LoginLog.Failure {
        guard let self else { return .unknownUser }
        return self.isDisabled ? .disabled : .wrongPassword
    }
}

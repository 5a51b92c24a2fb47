/// Use case: open an account.
package struct Register: Sendable {
    private let store: any Store
    private let hasher: any PasswordHasher
    private let time: any TimeSource
    private let isOpen: Bool
    private let generatedMustChange: Bool

    /// - Parameters:
    ///   - isOpen: whether everyone may; an operator always may.
    ///   - generatedMustChange: whether a generated password opens nothing but ``ChangePassword``.
    package init(
        store: any Store, hasher: any PasswordHasher, time: any TimeSource, isOpen: Bool = true,
        generatedMustChange: Bool = false
    ) {
        self.store = store
        self.hasher = hasher
        self.time = time
        self.isOpen = isOpen
        self.generatedMustChange = generatedMustChange
    }

    /// Opens an account with a generated password, which is answered here and kept nowhere.
    /// - Returns: a UUIDv4 in lower case, on disk (as a hash) before this returns.
    /// - Throws: ``AuthError``: invalid fields, a taken name or address, closed, overloaded, unavailable.
    /// - Parameters:
    ///   - client: whose share of the hashes it takes.
    ///   - userAgent: what the caller says it is.
    package func callAsFunction(
        username: String, email: String?, from client: IPAddress? = nil, userAgent: String? = nil
    ) async throws -> String {
        guard isOpen else { throw AuthError.registrationClosed }
        return try await openGenerating(
            username: username, email: email, share: HashShare(.registration, from: client),
            .register, by: .caller(client, userAgent: userAgent))
    }

    /// Opens an account with a generated password, as above: for an operator's command, open or closed.
    /// - Parameter origin: who opens it.
    package func open(username: String, email: String?, by origin: AuditOrigin) async throws -> String {
        try await openGenerating(username: username, email: email, share: .own, .userCreate, by: origin)
    }

    /// Opens an account with a password that the caller chose: for an operator's command, open or closed.
    /// - Parameter origin: who opens it.
    /// - Throws: as above, and ``AuthError/invalidRequest(_:)`` for a password that ``Secret/isChosenPassword`` denies.
    package func open(username: String, email: String?, password: Secret, by origin: AuditOrigin) async throws {
        try await open(
            username: username, email: email, password: password, share: .own, mustChangePassword: false, .userCreate,
            by: origin)
    }

    private func openGenerating(
        username: String, email: String?, share: HashShare, _ action: AuditAction, by origin: AuditOrigin
    ) async throws -> String {
        let password = RandomUUID.text()
        try await open(
            username: username, email: email, password: Secret(password), share: share,
            mustChangePassword: generatedMustChange, action, by: origin)
        return password
    }

    private func open(
        username: String, email: String?, password: Secret, share: HashShare, mustChangePassword: Bool,
        _ action: AuditAction, by origin: AuditOrigin
    ) async throws {
        try password.requireChosen("the password")
        let username = try Username(registering: username)
        let email = try email.map { text throws(AuthError) in try EmailAddress(text) }
        // Hashed before the name is looked at: a taken name takes as long as a free one.
        let hash = try await hasher.hash(password, for: share)
        let user = NewUser(
            username: username, email: email, passwordHash: hash, registeredAt: time.now,
            mustChangePassword: mustChangePassword)
        try await store.write { transaction in
            try transaction.insert(user)
            let id = try transaction.user(named: [user.username.text])?.id
            try transaction.append(
                AuditEvent(action, by: origin, at: user.registeredAt, userID: id, username: user.username.text))
        }
    }
}

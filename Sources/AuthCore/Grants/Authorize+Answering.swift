extension Authorize {
    /// Gives a code to a client about which nobody has to be asked.
    /// - Returns: nil where somebody has to be by now.
    func answerAtOnce(_ question: Question) async throws -> AuthorizationAnswer? {
        let (code, now) = (BrowserSecret.random(), time.now)
        return try await store.write { transaction in
            try hold(question, at: now, in: transaction)
            let standing = try Standing(question, at: now, in: transaction)
            switch standing.step {
            case .answer: return try give(code, for: standing, question, at: now, in: transaction)
            case .refusal(let error):
                return AuthorizationAnswer(reply: standing.request.reply, content: .error(error))
            case .signIn, .consent: return nil
            }
        }
    }

    /// Ends a flow if nothing more is needed: once.
    func finish(_ begun: Begun, at now: Timestamp, in transaction: any WriteTransaction) throws -> FlowState {
        try hold(begun.question, at: now, in: transaction)
        let standing = try Standing(begun.question, at: now, in: transaction)
        if let due = standing.due { return due }
        if case .refusal(let error) = standing.step { return try end(begun, with: error, at: now, in: transaction) }
        guard try transaction.finishFlow(begun.handle.hash, browser: begun.secret.hash, at: now) else {
            return try again(begun, at: now, in: transaction)
        }
        return .answer(try give(begun.code, for: standing, begun.question, at: now, in: transaction))
    }

    /// Ends a flow without a code: once.
    func end(
        _ begun: Begun, with error: AuthorizationError, at now: Timestamp, in transaction: any WriteTransaction
    ) throws -> FlowState {
        let standing = try Standing(begun.question, at: now, in: transaction)
        guard try transaction.finishFlow(begun.handle.hash, browser: begun.secret.hash, at: now) else {
            return try again(begun, at: now, in: transaction)
        }
        try transaction.append(
            AuditEvent(
                .authorize, .failure, reason: .denied, by: origin(begun.question), at: now,
                userID: standing.session?.user, username: standing.account?.username,
                client: standing.client.id.text))
        return .answer(AuthorizationAnswer(reply: standing.request.reply, content: .error(error)))
    }

    /// What a flow that has ended was answered with.
    func repeated(_ begun: Begun) async throws -> FlowState {
        let now = time.now
        let isPast = begun.doneAt.map { now - $0 > policy.code } ?? false
        return try await store.read { transaction in
            guard isPast else { return try again(begun, at: now, in: transaction) }
            return .used(try Standing(begun.question, at: now, in: transaction).view)
        }
    }

    private func again(_ begun: Begun, at now: Timestamp, in transaction: any ReadTransaction) throws -> FlowState {
        let reply = try Standing(begun.question, at: now, in: transaction).request.reply
        let content: AuthorizationAnswer.Content =
            try transaction.hasCode(AuthorizationCode.hash(of: begun.code.text))
            ? .code(begun.code) : .error(AuthorizationError(.accessDenied, "the user did not agree"))
        return .answer(AuthorizationAnswer(reply: reply, content: content))
    }

    /// Before it is read where a question stands: who ends all that its user has is seen by that, or waits and ends what is
    /// given, too.
    private func hold(_ question: Question, at now: Timestamp, in transaction: any WriteTransaction) throws {
        guard let secret = question.session, let session = try transaction.session(secret.hash, at: now) else { return }
        _ = try transaction.hold(session.user)
    }

    private func give(
        _ code: BrowserSecret, for standing: Standing, _ question: Question, at now: Timestamp,
        in transaction: any WriteTransaction
    ) throws -> AuthorizationAnswer {
        guard let session = standing.session, let found = question.session else {
            preconditionFailure("nobody is signed in, and nothing is to be asked")
        }
        let (request, client) = (standing.request, standing.client)
        let isOffline = request.access.scopes.contains(.offlineAccess)
        let isRefreshable = isOffline || client.grants.contains(.refreshToken)
        let grant = Grant(
            user: session.user, client: client.id, session: session.id, scopes: request.access.scopes,
            resources: request.access.resources, authenticatedAt: session.authenticatedAt, isOffline: isOffline,
            createdAt: now, expiresAt: now + (isRefreshable ? policy.refreshable : policy.single))
        try transaction.insert(grant)
        if client.backchannelLogoutURI != nil {
            try transaction.note(client.id, in: session.id, until: session.expiresAt)
        }
        try transaction.insert(
            AuthorizationCode(
                hash: AuthorizationCode.hash(of: code.text), grant: grant.id, redirectURI: request.reply.redirectURI,
                challenge: request.challenge?.text, nonce: request.nonce, expiresAt: now + policy.code))
        for consent in standing.newConsents { try transaction.add(consent) }
        try transaction.noteUse(ofSession: found.hash, at: now, idleUntil: now + policy.session.idle)
        try transaction.append(
            AuditEvent(
                .authorize, by: origin(question), at: now, userID: session.user, username: standing.account?.username,
                client: client.id.text))
        return AuthorizationAnswer(reply: request.reply, content: .code(code))
    }

    private func origin(_ question: Question) -> AuditOrigin {
        .caller(question.browser.address, userAgent: question.browser.userAgent)
    }
}

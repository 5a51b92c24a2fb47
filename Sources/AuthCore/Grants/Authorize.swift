/// Use case: a client wants a code for the user in front of a browser (`/authorize`), who may have to sign in and to be
/// asked on the way (`/sign-in`). Between its pages the request is a ``Flow``, bound to its browser and ended once.
package struct Authorize: Sendable {
    /// How long what it makes lives.
    package struct Policy: Equatable, Sendable {
        /// Of sessions.
        package var session = Session.Policy()
        /// A flow: as long as somebody may take for its pages.
        package var flow: Duration = .seconds(3_600)
        /// A code (RFC 6749 §4.1.2), and for how long a repeated form is answered with the same one.
        package var code: Duration = .seconds(60)
        /// A grant that may be refreshed, whatever is refreshed.
        package var refreshable: Duration = .seconds(90 * 86_400)
        /// Any other grant: longer than an access token of any resource.
        package var single: Duration = .seconds(25 * 3_600)

        /// The times of the contract.
        package init() {}
    }

    let store: any Store
    let authenticate: Authenticate
    let policy: Policy
    let time: any TimeSource
    private let userOfHint: @Sendable (_ hint: String, _ client: ClientID) async throws -> UserID?

    /// Over the accounts, clients and sessions of `store`.
    /// - Parameters:
    ///   - log: is told of sign-ins that fail, and of hashes that cannot be verified.
    ///   - delays: those of the logins, so that this is no second way to guess.
    ///   - userOfHint: whose ID token of ours for the client an `id_token_hint` is, expired or not; nil for anything else.
    package init(
        store: any Store, hasher: any PasswordHasher, log: LoginLog, delays: LoginDelays, policy: Policy = Policy(),
        time: any TimeSource,
        userOfHint: @escaping @Sendable (_ hint: String, _ client: ClientID) async throws -> UserID? = { _, _ in nil }
    ) {
        self.store = store
        self.policy = policy
        self.time = time
        self.userOfHint = userOfHint
        authenticate = Authenticate(
            store: store, hasher: hasher, log: log, delays: delays, time: time, for: .signIn)
    }

    /// What becomes of a request as it comes.
    package enum Beginning: Sendable {
        /// The user has to see a page: where it stands is asked with this handle, in the browser with this secret.
        case flow(BrowserSecret, browser: BrowserSecret)
        /// Nobody has to be asked.
        case answer(AuthorizationAnswer)
    }

    /// Takes a request, and answers it at once where no page is needed.
    /// - Throws: ``AuthorizationRefusal``.
    package func begin(_ parameters: RequestParameters, in browser: Browser) async throws -> Beginning {
        let question = Question(
            FlowRequest(parameters, begunAt: time.now), in: browser, hinted: try await hinted(parameters))
        // Of its own parameters too, where the flow keeps those that it knows alone.
        let standing = try await store.read { transaction in
            try Standing(question, parameters, at: question.request.begunAt, in: transaction)
        }
        switch standing.step {
        case .refusal(let error):
            return .answer(AuthorizationAnswer(reply: standing.request.reply, content: .error(error)))
        case .answer:
            if let answer = try await answerAtOnce(question) { return .answer(answer) }
        case .signIn, .consent: break
        }
        let flow = try await insertFlow(question.request, in: browser)
        return .flow(flow.handle, browser: flow.browser)
    }

    /// What a page is needed for, bound to the browser.
    func insertFlow(
        _ request: FlowRequest, in browser: Browser
    ) async throws -> (handle: BrowserSecret, browser: BrowserSecret) {
        let (handle, secret) = (BrowserSecret.random(), browser.flows ?? .random())
        let flow = Flow(
            hash: handle.hash, browser: secret.hash, request: try request.text,
            expiresAt: request.begunAt + policy.flow)
        try await store.write { transaction in try transaction.insert(flow) }
        return (handle, secret)
    }

    /// Where a flow stands; one that needs nothing more ends with this.
    /// - Throws: ``AuthorizationRefusal`` where the client may not ask any more.
    package func look(_ handle: BrowserSecret, in browser: Browser) async throws -> FlowState {
        guard let begun = try await begun(handle, in: browser) else { return try await over(handle, in: browser) }
        if let visit = begun.question.request.visit { return try await state(of: visit, session: browser.session) }
        guard begun.doneAt == nil else { return try await repeated(begun) }
        let now = time.now
        let standing = try await store.read { transaction in
            try Standing(begun.question, at: now, in: transaction)
        }
        if let due = standing.due { return due }
        return try await store.write { transaction in try finish(begun, at: now, in: transaction) }
    }

    /// Takes the user's word on what the client may do.
    /// - Parameter asked: what the user was asked, as ``FlowState/consent(_:username:asked:)`` has it; another question is
    ///   asked again.
    /// - Throws: ``AuthorizationRefusal`` where the client may not ask any more.
    package func decide(
        _ handle: BrowserSecret, allows: Bool, asked: String?, in browser: Browser
    ) async throws -> FlowState {
        guard let found = try await begun(handle, in: browser) else { return try await over(handle, in: browser) }
        if let visit = found.question.request.visit { return try await state(of: visit, session: browser.session) }
        guard found.doneAt == nil else { return try await repeated(found) }
        let (now, begun) = (time.now, found.agreeing(to: allows ? asked : nil))
        return try await store.write { transaction in
            guard !allows else { return try finish(begun, at: now, in: transaction) }
            let error = AuthorizationError(.accessDenied, "the user did not agree")
            return try end(begun, with: error, at: now, in: transaction)
        }
    }

    /// A flow as it was found, to be asked where it stands.
    struct Begun: Sendable {
        let handle: BrowserSecret
        let secret: BrowserSecret
        let doneAt: Timestamp?
        var claim: FlowClaim?
        var question: Question

        /// See ``BrowserSecret/code(ofFlow:)``.
        var code: BrowserSecret { secret.code(ofFlow: handle) }

        func agreeing(to asked: String?) -> Begun {
            var begun = self
            begun.question.agreed = asked
            return begun
        }
    }

    /// What is left of a flow that is not open any more: it knows where it was to lead for as long as its row stays.
    func over(_ handle: BrowserSecret, in browser: Browser) async throws -> FlowState {
        let now = time.now
        guard let begun = try await begun(handle, in: browser, at: now - PruneAccess.keeping) else { return .over }
        guard begun.question.request.visit == nil else { return .account(.look) }
        let view = try await store.read { transaction in
            try Standing(begun.question, at: now, in: transaction).view
        }
        return begun.doneAt == nil ? .late(view) : .used(view)
    }

    /// nil unless this browser began it, and it was not over at that moment, which is now where none is given.
    func begun(_ handle: BrowserSecret, in browser: Browser, at moment: Timestamp? = nil) async throws -> Begun? {
        guard let secret = browser.flows else { return nil }
        let moment = moment ?? time.now
        let found = try await store.read { transaction in
            try transaction.flow(handle.hash, browser: secret.hash, at: moment)
        }
        guard let found else { return nil }
        let request = try FlowRequest(of: found)
        return Begun(
            handle: handle, secret: secret, doneAt: found.doneAt, claim: found.claim,
            question: Question(request, in: browser, hinted: try await hinted(request.parameters)))
    }

    /// Outside of every unit of work: a signature is checked.
    private func hinted(_ parameters: RequestParameters) async throws -> HintedUser {
        guard let hint = try? parameters.value("id_token_hint"),
            let client = try? AuthorizationRequest.clientID(parameters)
        else { return .anybody }
        return try await userOfHint(hint, client).map(HintedUser.user) ?? .unknown
    }
}

import Crypto

/// What is asked of an authorization request, again and again on its way.
struct Question: Sendable {
    let request: FlowRequest
    let browser: Browser
    /// By the `id_token_hint`.
    let hinted: HintedUser
    /// What the user agreed to, see ``Standing/asked``.
    var agreed: String?
    /// What finds the session: another one once the user signed in.
    var session: BrowserSecret?

    init(_ request: FlowRequest, in browser: Browser, hinted: HintedUser) {
        self.request = request
        self.browser = browser
        self.hinted = hinted
        session = browser.session
    }
}

/// Where an authorization request stands, by what one unit of work sees.
struct Standing {
    let request: AuthorizationRequest
    let client: Client
    /// The browser's, of an account that may be used.
    let session: Session?
    let account: Account?
    let step: AuthorizationStep
    /// What the user has just agreed to and is not asked again.
    let newConsents: [Consent]
    private let more: GrantedAccess?
    private let languages: String?

    /// - Parameter parameters: where they are not yet those of the flow.
    /// - Throws: ``AuthorizationRefusal``.
    init(
        _ question: Question, _ parameters: RequestParameters? = nil, at now: Timestamp,
        in transaction: any ReadTransaction
    ) throws {
        let parameters = parameters ?? question.request.parameters
        let found = try transaction.client(try AuthorizationRequest.clientID(parameters))
        let known = try transaction.resources()
        request = try AuthorizationRequest(parameters, of: found, knowing: known)
        guard let found else { throw AuthorizationRefusal.page(.client) }
        client = found
        let own = try transaction.ownSession(question.session, at: now)
        let session = own?.session
        self.session = session
        account = own?.account
        languages = try? parameters.value("ui_locales")
        let isRemembered = client.consent == .explicit && client.isKnown(at: request.reply.redirectURI)
        let given = try isRemembered ? session.map { try transaction.consents(of: $0.user) } ?? [] : []
        let before = given.filter { $0.client == found.id }
        let access = request.access
        let news = access.beyond(before, knowing: known)
        more = before.isEmpty || request.prompts.contains(.consent) ? nil : news
        let asked = Self.asked(in: session, more ?? access)
        let agrees = asked != nil && asked == question.agreed
        step = AuthorizationStep(
            for: request, client: client, session: session, hinted: question.hinted,
            begunAt: question.request.begunAt, hasConsented: agrees, consentedBefore: isRemembered && news == nil,
            at: now)
        newConsents =
            agrees && isRemembered
            ? session.map { access.consents(of: $0.user, to: found.id, knowing: known, at: now) } ?? [] : []
    }

    /// What the page asks, and in which session: a form of a page that asked less, or somebody else, agrees to nothing.
    private static func asked(in session: Session?, _ access: GrantedAccess) -> String? {
        guard let session else { return nil }
        let words = [session.id] + access.scopes.map(\.name) + [""] + access.resources.map(\.text)
        return Base64URL.text(SHA256.hash(data: Array(words.joined(separator: " ").utf8)).bytes.prefix(16))
    }

    /// The page that is due; nil where none is.
    var due: FlowState? {
        switch step {
        case .signIn: return .signIn(signInView)
        case .consent:
            guard let account, let asked = Self.asked(in: session, more ?? request.access) else { return nil }
            return .consent(view, username: account.username, asked: asked)
        case .answer, .refusal: return nil
        }
    }

    /// What the sign-in page shows.
    var signInView: SignInView {
        SignInView(
            client: client.name, redirectURI: request.reply.redirectURI,
            username: request.loginHint ?? account?.username, languages: languages)
    }

    /// What the other pages show.
    var view: FlowView {
        FlowView(
            client: client.name, redirectURI: request.reply.redirectURI, access: request.access, more: more,
            languages: languages)
    }
}

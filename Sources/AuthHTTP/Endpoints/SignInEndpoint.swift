package import AuthCore
import HTTPTypes
import Hummingbird
package import Metrics

/// `GET`, `POST /sign-in`: the pages of a flow, and what a user sends from them.
package struct SignInEndpoint: Endpoint {
    private let authorize: Authorize
    private let pages: Pages
    private let metrics: LogInMetrics

    /// Does what `authorize` does, and shows `pages`.
    package init(authorize: Authorize, pages: Pages, metrics: any MetricsFactory = MetricsSystem.factory) {
        self.authorize = authorize
        self.pages = pages
        self.metrics = LogInMetrics(metrics)
    }

    /// The way to a flow's page.
    static func page(of handle: BrowserSecret) -> ErrorDialect.Rendered {
        .page("/sign-in?flow=\(handle.text)")
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        let browser = try pages.cookies.browser(of: request, context)
        do {
            if request.method == .get {
                guard let handle = request.flow else { return Response(pages.over(request.language())) }
                return shown(try await authorize.look(handle, in: browser), handle, request)
            }
            guard request.isForm(of: pages.issuer) else {
                return Response(pages.foreignForm(request.language()))
            }
            return try await taken(SignInForm(request), browser, request, context)
        } catch let refusal as AuthorizationRefusal {
            // Its operator changed the client meanwhile.
            return Response(
                pages.refused(refusal, redirectURI: nil, RequestParameters([]), context, request.language()))
        }
    }

    private func taken(
        _ form: SignInForm, _ browser: Browser, _ request: Request, _ context: RequestContext
    ) async throws -> Response {
        guard let handle = form.flow else { return Response(pages.over(request.language())) }
        if let decision = form.decision {
            let state = try await authorize.decide(
                handle, allows: decision == .allow, asked: form.asked, in: browser)
            return moved(state, handle, request)
        }
        let outcome = try await context.whileClientWaits { [authorize] in
            try await authorize.signIn(handle, username: form.username, password: form.password, in: browser)
        }
        metrics.note(outcome)
        switch outcome {
        case .state(let state): return moved(state, handle, request)
        case .signedIn(let state, let secret), .again(let state, let secret):
            var response = moved(state, handle, request)
            response.headers.append(pages.cookies.setting(session: secret))
            return response
        case .refused(let view, let error):
            let language = request.language(wishes: view.languages)
            return Response(pages.signIn(view, handle: handle, username: form.username, alert: error, language))
        }
    }

    /// The page itself.
    private func shown(_ state: FlowState, _ handle: BrowserSecret, _ request: Request) -> Response {
        switch state {
        case .signIn(let view):
            return Response(pages.signIn(view, handle: handle, request.language(wishes: view.languages)))
        case .consent(let view, let username, let asked):
            let language = request.language(wishes: view.languages)
            return Response(pages.consent(view, username: username, asked: asked, handle: handle, language))
        case .account(let visit):
            return Response(.page(visit == .look ? "/account" : AccountNotice.signedIn.path))
        case .answer(let answer): return Response(pages.answer(answer, request.language()))
        case .used(let view): return Response(pages.used(view, request.language(wishes: view.languages)))
        case .late(let view): return Response(pages.late(view, request.language(wishes: view.languages)))
        case .over: return Response(pages.over(request.language()))
        }
    }

    /// What follows a form: a page of ours is asked for, so that it can be loaded again without sending the form again.
    private func moved(_ state: FlowState, _ handle: BrowserSecret, _ request: Request) -> Response {
        switch state {
        case .signIn, .consent: Response(Self.page(of: handle))
        case .account, .answer, .used, .late, .over: shown(state, handle, request)
        }
    }
}

/// What a user sends from one of the pages.
struct SignInForm: Sendable {
    enum Decision: String, Sendable {
        case allow
        case deny
    }

    let flow: BrowserSecret?
    let username: String
    let password: Secret
    let decision: Decision?
    let asked: String?

    /// - Throws: ``RequestError``, ``AuthError/invalidRequest(_:)``.
    init(_ request: Request) async throws {
        let fields = try await request.form()
        flow = fields["flow"].flatMap(BrowserSecret.init)
        username = fields["username"] ?? ""
        password = Secret(fields["password"] ?? "")
        asked = fields["asked"]
        decision = try fields["decision"].map { text throws(AuthError) in
            guard let decision = Decision(rawValue: text) else {
                throw AuthError.invalidRequest("decision has to be allow or deny")
            }
            return decision
        }
    }
}

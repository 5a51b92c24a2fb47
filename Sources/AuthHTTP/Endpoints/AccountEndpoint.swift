package import AuthCore
import HTTPTypes
import Hummingbird

/// `GET`, `POST /account`: what a user sees of the own account, and ends there.
package struct AccountEndpoint: Endpoint {
    private let account: OwnAccount
    private let authorize: Authorize
    private let pages: Pages

    /// Does what `account` does, and shows `pages`.
    /// - Parameter authorize: signs in who is not.
    package init(account: OwnAccount, authorize: Authorize, pages: Pages) {
        self.account = account
        self.authorize = authorize
        self.pages = pages
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        let browser = try pages.cookies.browser(of: request, context)
        let language = request.language()
        guard request.method == .get else {
            guard request.isForm(of: pages.issuer) else { return Response(pages.foreignForm(language)) }
            return try await taken(AccountForm(request), browser)
        }
        let notice = AccountNotice(of: request)
        if let view = try await account.look(in: browser) {
            return Response(pages.account(view, notice: notice == .signedOut ? nil : notice, language))
        }
        return notice == .signedOut ? Response(pages.signedOut(language)) : try await signIn(.look, browser)
    }

    private func taken(_ form: AccountForm, _ browser: Browser) async throws -> Response {
        let (change, notice): (OwnAccount.Change, AccountNotice) =
            switch form {
            case .endSession(let id): (try await account.endSession(id, in: browser), .ended)
            case .withdraw(let client): (try await account.withdraw(client, in: browser), .withdrawn)
            case .signOutEverywhere: (try await account.signOutEverywhere(in: browser), .signedOut)
            }
        switch change {
        case .done(signsOut: false): return Response(.page(notice.path))
        case .done(signsOut: true):
            var response = Response(.page(AccountNotice.signedOut.path))
            response.headers.append(pages.cookies.removingSession)
            return response
        case .nothing: return Response(.page(AccountNotice.gone.path))
        case .signIn(let visit): return try await signIn(visit, browser)
        }
    }

    private func signIn(_ visit: AccountVisit, _ browser: Browser) async throws -> Response {
        let flow = try await authorize.begin(visit, in: browser)
        var response = Response(SignInEndpoint.page(of: flow.handle))
        response.headers.append(pages.cookies.setting(flows: flow.browser))
        return response
    }
}

/// What a user sends from the account's page.
enum AccountForm: Equatable, Sendable {
    case endSession(String)
    case withdraw(client: String)
    case signOutEverywhere

    /// - Throws: ``RequestError``, ``AuthError/invalidRequest(_:)``.
    init(_ request: Request) async throws {
        let fields = try await request.form()
        switch fields["action"] {
        case "end-session": self = .endSession(fields["session"] ?? "")
        case "withdraw": self = .withdraw(client: fields["client"] ?? "")
        case "sign-out-everywhere": self = .signOutEverywhere
        default:
            throw AuthError.invalidRequest("action has to be end-session, withdraw or sign-out-everywhere")
        }
    }
}

extension ErrorDialect.Rendered {
    /// The way to a page of ours.
    static func page(_ path: String) -> Self {
        Self(redirectTo: path, fields: [.cacheControl: "no-store", .referrerPolicy: "same-origin"])
    }
}

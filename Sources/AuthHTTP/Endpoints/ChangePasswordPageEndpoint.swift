package import AuthCore
import HTTPTypes
import Hummingbird

/// `GET`, `POST /account/password`: another password for who has the one that is right, signed in or not. So it is the way
/// out for who has to change a generated one first, too.
package struct ChangePasswordPageEndpoint: Endpoint {
    private let changePassword: ChangePassword
    private let account: OwnAccount
    private let pages: Pages

    /// Does what `changePassword` does, and shows `pages`.
    /// - Parameter account: knows who is signed in.
    package init(changePassword: ChangePassword, account: OwnAccount, pages: Pages) {
        self.changePassword = changePassword
        self.account = account
        self.pages = pages
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        let browser = try pages.cookies.browser(of: request, context)
        let language = request.language()
        let name = try await account.username(in: browser)
        guard request.method == .get else {
            guard request.isForm(of: pages.issuer) else { return Response(pages.foreignForm(language)) }
            return try await taken(ChangePasswordForm(request, signedIn: name), browser, language, context)
        }
        let flow = request.flow
        // Who comes from a flow may be another than who was signed in before.
        let own = flow == nil ? name : nil
        return Response(pages.changePassword(username: own ?? "", isSignedIn: own != nil, flow: flow, language))
    }

    private func taken(
        _ form: ChangePasswordForm, _ browser: Browser, _ language: Language,
        _ context: RequestContext
    ) async throws -> Response {
        func again(_ alert: PasswordAlert) -> Response {
            Response(
                pages.changePassword(
                    username: form.username, isSignedIn: form.isSignedIn, flow: form.flow, alert: alert, language))
        }
        if let mistake = form.mistake { return again(mistake) }
        do {
            let secret = try await context.whileClientWaits { [changePassword] in
                try await changePassword(
                    username: form.username, password: form.password, newPassword: form.newPassword, in: browser)
            }
            var response = Response(form.flow.map(SignInEndpoint.page) ?? .page(AccountNotice.passwordChanged.path))
            response.headers.append(pages.cookies.setting(session: secret))
            return response
        } catch let error as AuthError where error.isAboutPassword {
            return again(.refused(error))
        }
    }
}

/// What a user sends to change the password.
struct ChangePasswordForm: Sendable {
    let username: String
    /// Whether the name is that of the browser's session.
    let isSignedIn: Bool
    let password: Secret
    let newPassword: Secret
    private let repeated: Secret
    /// What goes on afterwards.
    let flow: BrowserSecret?

    /// - Parameter name: of who is signed in, whatever the form says; nil where nobody is.
    /// - Throws: ``RequestError``, ``AuthError/invalidRequest(_:)``.
    init(_ request: Request, signedIn name: String?) async throws {
        let fields = try await request.form()
        flow = fields["flow"].flatMap(BrowserSecret.init)
        isSignedIn = flow == nil && name != nil
        username = (flow == nil ? name : nil) ?? fields["username"] ?? ""
        password = Secret(fields["password"] ?? "")
        newPassword = Secret(fields["new_password"] ?? "")
        repeated = Secret(fields["repeated_password"] ?? "")
    }

    /// What is wrong with the new password, whatever the current one is: nobody has to look at that.
    var mistake: PasswordAlert? {
        if !newPassword.isSame(as: repeated) { return .otherRepeated }
        if !newPassword.isChosenPassword { return .tooShort }
        return newPassword.isSame(as: password) ? .same : nil
    }
}

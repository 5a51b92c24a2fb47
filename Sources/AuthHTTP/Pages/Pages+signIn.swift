import AuthCore
import HTTPTypes

/// What stands above the fields of the sign-in page.
struct SignInAlert {
    let text: String
    let status: HTTPResponse.Status
    let fields: HTTPFields
    /// Whether it is about what was typed.
    let isAboutInput: Bool

    /// - Parameter error: one that ``Authorize/SignIn/refused(_:_:)`` has.
    init(_ error: AuthError, _ texts: PageTexts) {
        let refusal = ErrorResponse(.auth(error))
        let seconds = refusal.fields[.retryAfter] ?? "1"
        (status, fields) = (refusal.status, refusal.fields)
        isAboutInput = error == .invalidCredentials
        switch error {
        case .rateLimited: text = texts.tooManyAttempts(seconds)
        case .passwordChangeRequired: text = texts.changeFirst
        case .invalidCredentials: text = texts.wrongPassword
        default: text = texts.busy(seconds)
        }
    }
}

extension Pages {
    /// The form for a name and a password.
    /// - Parameters:
    ///   - handle: of the flow.
    ///   - username: what was typed before; nil for what the client or the session knows.
    func signIn(
        _ view: SignInView, handle: BrowserSecret, username: String? = nil, alert error: AuthError? = nil,
        _ language: Language
    ) -> ErrorDialect.Rendered {
        let texts = PageTexts.of(language)
        let alert = error.map { SignInAlert($0, texts) }
        // The page that does it goes on here afterwards.
        let change: HTML =
            error == .passwordChangeRequired
            ? " <a href=\"/account/password?flow=\(handle.text)\">\(AccountTexts.of(language).changePassword)</a>" : ""
        let notice: HTML = alert.map { "<p role=\"alert\" id=\"error\">\($0.text)\(change)</p>\n" } ?? ""
        let place = view.redirectURI.map { " (\(Self.host(of: $0)))" } ?? ""
        let purpose =
            view.client.map { texts.toContinue($0.text + place) } ?? AccountTexts.of(language).yourAccount
        let cancel: HTML =
            view.client == nil
            ? ""
            : "\n<button name=\"decision\" value=\"deny\" formnovalidate>\(texts.cancel)</button>"
        let name = Self.shown(username ?? view.username ?? "")
        let mark: HTML =
            alert?.isAboutInput == true ? " aria-invalid=\"true\" aria-describedby=\"error\"" : ""
        let (onName, onPassword): (HTML, HTML) = name.isEmpty ? (" autofocus", "") : ("", " autofocus")
        // Where the form is shown again its address names the flow, too: who opens that comes back to it.
        let main: HTML = """
            <h1>\(texts.signIn)</h1>
            <p class="soft">\(purpose)</p>
            \(notice)<form method="post" action="/sign-in?flow=\(handle.text)">
            <input type="hidden" name="flow" value="\(handle.text)">
            <label for="username">\(texts.username)</label>
            <input id="username" name="username" value="\(name)" required autocomplete="username" autocapitalize="none" \
            spellcheck="false"\(mark)\(onName)>
            <label for="password">\(texts.password)</label>
            <input id="password" name="password" type="password" required autocomplete="current-password"\(mark)\(onPassword)>
            <div class="actions">
            <button class="main">\(texts.signIn)</button>\(cancel)
            </div>
            </form>
            """
        return page(
            language, title: alert == nil ? texts.signIn : "\(texts.error): \(texts.signIn)", main: main,
            forms: .endingAtClient, status: alert?.status ?? .ok, fields: alert?.fields ?? [:])
    }

    /// What somebody else chose, as a field shows it: without what does not show, or turns the direction of text, and no
    /// longer than a name.
    static func shown(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.lazy.filter { $0 == " " || $0.isVisible }.prefix(256)))
    }
}

import AuthCore
import HTTPTypes

extension Pages {
    /// The question whether to sign out. The form says again what the client said: it is judged anew.
    func signOut(
        _ question: SignOut.Question, _ request: LogoutRequest, _ language: Language
    ) -> ErrorDialect.Rendered {
        let texts = PageTexts.of(language)
        let fields: [(String, String?)] = [
            ("session", question.session), ("id_token_hint", request.idTokenHint), ("client_id", request.clientID),
            ("post_logout_redirect_uri", request.postLogoutRedirectURI), ("state", request.state),
            ("ui_locales", request.languages),
        ]
        let hidden = fields.compactMap { name, value -> HTML? in
            value.map { "<input type=\"hidden\" name=\"\(name)\" value=\"\($0)\">\n" }
        }
        let asker: HTML = question.client.map { "<p>\(texts.signOutAskedBy($0.name.text))</p>" } ?? ""
        let stays: HTML = question.obstacle == nil ? "" : "<p>\(texts.signOutStays)</p>"
        // Who came here from nowhere else came from there.
        let back: HTML =
            question.client == nil
            ? "\n<p class=\"below\"><a href=\"/account\">\(AccountTexts.of(language).backToAccount)</a></p>" : ""
        let main: HTML = """
            <h1>\(texts.signOutTitle)</h1>
            <p class="soft">\(texts.signedInAs(Self.shown(question.username)))</p>
            \(asker)
            \(stays)
            <form method="post" action="/logout">
            \(HTML(hidden))<div class="actions">
            <button class="main" name="decision" value="sign-out">\(texts.signOut)</button>
            </div>
            </form>\(back)
            """
        return page(language, title: texts.signOutTitle, main: main, forms: .endingAtClient)
    }

    /// Nobody is signed in any more: back to the client, or a page that says so.
    func signedOut(_ place: SignOut.Return, _ language: Language) -> ErrorDialect.Rendered {
        if let uri = place.uri {
            let redirect = AuthorizationRedirect(uri: uri, state: nil, issuer: issuer.text)
            return ErrorDialect.Rendered(
                redirectTo: place.state.map { redirect.location([("state", $0)]) } ?? uri,
                fields: [.cacheControl: "no-store", .referrerPolicy: "same-origin"])
        }
        let texts = PageTexts.of(language)
        let stays: HTML = place.obstacle == nil ? "" : "<p>\(texts.signedOutStays)</p>"
        let main: HTML = """
            <h1>\(texts.signedOutTitle)</h1>
            <p>\(texts.signedOut)</p>
            \(stays)
            """
        return page(language, title: texts.signedOutTitle, main: main)
    }
}

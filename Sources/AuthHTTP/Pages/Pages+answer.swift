import AuthCore
import Crypto
import HTTPTypes

extension Pages {
    private static let script: HTML = "document.forms[0].submit()"

    /// The answer to the client, by way of the browser: a redirect, or a form that sends itself (OAuth 2.0 Form Post
    /// Response Mode §2) and has a button for browsers without scripts.
    func answer(_ answer: AuthorizationAnswer, _ language: Language) -> ErrorDialect.Rendered {
        let reply = answer.reply
        let redirect = AuthorizationRedirect(uri: reply.redirectURI, state: reply.state, issuer: issuer.text)
        let parameters = redirect.parameters(of: answer.content)
        switch reply.mode {
        case .query:
            return ErrorDialect.Rendered(
                redirectTo: redirect.location(parameters),
                fields: [.cacheControl: "no-store", .referrerPolicy: "same-origin"])
        case .formPost: return form(to: reply.redirectURI, parameters, language)
        }
    }

    private func form(
        to uri: String, _ parameters: [(name: String, value: String)], _ language: Language
    ) -> ErrorDialect.Rendered {
        let texts = PageTexts.of(language)
        let fields = parameters.map { parameter -> HTML in
            "<input type=\"hidden\" name=\"\(parameter.name)\" value=\"\(parameter.value)\">\n"
        }
        let main: HTML = """
            <h1>\(texts.continueTitle)</h1>
            <form method="post" action="\(uri)">
            \(HTML(fields))<div class="actions"><button class="main">\(texts.continue)</button></div>
            </form>
            <script>\(Self.script)</script>
            """
        let hash = Base64URL.text(SHA256.hash(data: Array(Self.script.text.utf8)).bytes) + "="
        return page(language, title: texts.continueTitle, main: main, forms: .sentByScript(hash: hash))
    }
}

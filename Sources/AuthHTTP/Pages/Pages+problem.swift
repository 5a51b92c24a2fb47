import AuthCore
import HTTPTypes

extension Pages {
    /// There is no such flow in this browser: nobody knows whose it was.
    func over(_ language: Language) -> ErrorDialect.Rendered {
        let texts = PageTexts.of(language)
        return problem(language, texts.overTitle, "\(texts.over)", status: .badRequest)
    }

    /// The flow took too long: the way out is where the client lives.
    func late(_ view: FlowView, _ language: Language) -> ErrorDialect.Rendered {
        let texts = PageTexts.of(language)
        return problem(language, texts.overTitle, "\(texts.late)", Self.wayBack(view, texts), status: .badRequest)
    }

    /// The flow has ended a while ago: the same way out.
    func used(_ view: FlowView, _ language: Language) -> ErrorDialect.Rendered {
        let texts = PageTexts.of(language)
        return problem(language, texts.usedTitle, "\(texts.used)", Self.wayBack(view, texts), status: .badRequest)
    }

    private static func wayBack(_ view: FlowView, _ texts: PageTexts) -> HTML {
        let origin = view.redirectURI.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3)
        // An app has no page; what stands behind its scheme is its own business.
        let isPage = !RedirectURI(stored: view.redirectURI).isPrivateUse && origin.count == 3
        let home = origin.joined(separator: "/").prefix { $0 != "?" } + "/"
        return isPage ? "<p><a href=\"\(String(home))\">\(texts.backTo(view.client.text))</a></p>" : ""
    }

    /// A form that was not sent by a page of ours.
    func foreignForm(_ language: Language) -> ErrorDialect.Rendered {
        let texts = PageTexts.of(language)
        return problem(language, texts.failedTitle, "\(texts.foreignForm)", status: .forbidden)
    }

    /// A request whose client or redirect URI is not known: nobody but the person at the browser can be told (RFC 6749
    /// §4.1.2.1).
    /// - Parameters:
    ///   - redirectURI: as the request has it.
    ///   - requestID: under which the log has the same.
    func refused(
        _ error: AuthorizationPageError, redirectURI: String?, requestID: RequestID, _ language: Language
    ) -> ErrorDialect.Rendered {
        let texts = PageTexts.of(language)
        let (sentence, detail): (String, HTML) =
            switch error {
            case .client: (texts.unknownClient, "")
            case .noRedirectURI: (texts.noRedirectURI, "")
            case .redirectURI(let registered): (texts.otherRedirectURI, details(redirectURI, registered, texts))
            }
        let more: HTML = """
            \(detail)
            <p>\(texts.tellOperator) <code>\(requestID.description)</code></p>
            """
        return problem(language, texts.refusedTitle, "\(sentence)", more, status: .badRequest)
    }

    /// What ``ErrorResponse`` says, for a person.
    func error(_ error: ErrorResponse, requestID: RequestID, _ language: Language) -> ErrorDialect.Rendered {
        let texts = PageTexts.of(language)
        let seconds = error.fields[.retryAfter] ?? "1"
        let sentence: HTML =
            switch error.status {
            case .tooManyRequests: "\(texts.tooManyAttempts(seconds))"
            case .serviceUnavailable: "\(texts.busy(seconds))"
            case .internalServerError: "\(texts.serverFailed)"
            // Nobody comes here by our own links and forms; WCAG 2.2 §3.1.2 wants the other language marked.
            default: "\(texts.refused) <span lang=\"en\">\(error.sentence)</span>"
            }
        let more: HTML = "<p>\(texts.tellOperator) <code>\(requestID.description)</code></p>"
        return problem(language, texts.failedTitle, sentence, more, status: error.status, fields: error.fields)
    }

    /// The developer of a client sees more on a server without TLS, which is one on loopback.
    private func details(_ redirectURI: String?, _ registered: [RedirectURI], _ texts: PageTexts) -> HTML {
        guard !issuer.isSecure else { return "" }
        let lines = registered.map { uri -> HTML in "<li><code>\(uri.text)</code></li>\n" }
        return """
            <p>\(texts.wantedAddress) <code>\(Self.shown(redirectURI ?? ""))</code></p>
            <p>\(texts.registeredAddresses)</p>
            <ul>
            \(HTML(lines))</ul>
            """
    }

    private func problem(
        _ language: Language, _ title: String, _ sentence: HTML, _ more: HTML = "", status: HTTPResponse.Status,
        fields: HTTPFields = [:]
    ) -> ErrorDialect.Rendered {
        let main: HTML = """
            <h1>\(title)</h1>
            <p role="alert">\(sentence)</p>
            \(more)
            """
        return page(language, title: title, main: main, status: status, fields: fields)
    }
}

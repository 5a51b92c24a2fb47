import AuthCore

extension Pages {
    /// The question whether a client may have what it asks for.
    /// - Parameters:
    ///   - handle: of the flow.
    ///   - session: in which the user is asked.
    func consent(
        _ view: FlowView, username: String, session: String, handle: BrowserSecret, _ language: Language
    ) -> ErrorDialect.Rendered {
        let texts = PageTexts.of(language)
        let lines = Self.lines(view.access, texts).map { line -> HTML in "<li>\(line)</li>\n" }
        let main: HTML = """
            <h1>\(texts.allowTitle(view.client.text))</h1>
            <p class="soft">\(texts.signedInAs(Self.shown(username)))</p>
            <p>\(texts.willBeAble(view.client.text))</p>
            <ul>
            \(HTML(lines))</ul>
            <p>\(Self.destination(view.redirectURI, texts))</p>
            <form method="post" action="/sign-in">
            <input type="hidden" name="flow" value="\(handle.text)">
            <input type="hidden" name="session" value="\(session)">
            <div class="actions">
            <button class="main" name="decision" value="allow">\(texts.allow)</button>
            <button name="decision" value="deny">\(texts.deny)</button>
            </div>
            </form>
            """
        return page(
            language, title: texts.allowTitle(view.client.text), main: main, forms: .endingAtClient)
    }

    private static func lines(_ access: GrantedAccess, _ texts: PageTexts) -> [HTML] {
        let resources = access.resources.map { resource -> HTML in
            "\(texts.useResource) <code>\(resource.text)</code>"
        }
        // To be told who somebody is is what any sign-in does.
        let known = access.scopes.isEmpty ? [.openID] : access.scopes
        let scopes = known.map { scope -> HTML in
            switch scope {
            case .openID: "\(texts.knowWho)"
            case .profile: "\(texts.seeName)"
            case .email: "\(texts.seeEmail)"
            case .offlineAccess: "\(texts.stayConnected)"
            default: "\(texts.useScope) <code>\(scope.name)</code>"
            }
        }
        return scopes + resources
    }

    /// Where the answer goes, in the words of whoever may have to notice that it is not where they came from.
    private static func destination(_ uri: String, _ texts: PageTexts) -> HTML {
        let redirect = RedirectURI(stored: uri)
        if redirect.isPrivateUse {
            return "\(texts.goesToApp) <strong>\(String(uri.prefix { $0 != ":" }))</strong>"
        }
        let authority = uri.split(separator: "/", maxSplits: 2).dropFirst().first ?? ""
        let host = String(authority.prefix { $0 != "/" && $0 != "?" })
        return "\(redirect.isLoopback ? texts.goesToProgram : texts.goesTo) <strong>\(host)</strong>"
    }
}

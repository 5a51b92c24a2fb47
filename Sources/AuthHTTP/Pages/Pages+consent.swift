import AuthCore

extension Pages {
    /// The question whether a client may have what it asks for.
    /// - Parameters:
    ///   - handle: of the flow.
    ///   - asked: comes back with the user's word.
    func consent(
        _ view: FlowView, username: String, asked: String, handle: BrowserSecret, _ language: Language
    ) -> ErrorDialect.Rendered {
        let texts = PageTexts.of(language)
        let title = view.more == nil ? texts.allowTitle(view.client.text) : texts.allowMoreTitle(view.client.text)
        let before: HTML = view.more == nil ? "" : "<p class=\"soft\">\(texts.agreedBefore)</p>\n"
        let main: HTML = """
            <h1>\(title)</h1>
            <p class="soft">\(texts.signedInAs(Self.shown(username)))</p>
            <p>\(view.more == nil ? texts.willBeAble(view.client.text) : texts.willAlsoBeAble(view.client.text))</p>
            \(Self.list(view.more ?? view.access, texts))
            \(before)<p>\(Self.destination(view.redirectURI, texts))</p>
            <form method="post" action="/sign-in">
            <input type="hidden" name="flow" value="\(handle.text)">
            <input type="hidden" name="asked" value="\(asked)">
            <div class="actions held">
            <button class="main" name="decision" value="allow">\(texts.allow)</button>
            <button name="decision" value="deny">\(texts.deny)</button>
            </div>
            </form>
            """
        return page(
            language, title: title, main: main, forms: .endingAtClient)
    }

    /// What a client may do, in words.
    static func list(_ access: GrantedAccess, _ texts: PageTexts) -> HTML {
        let items = lines(access, texts).map { line -> HTML in "<li>\(line)</li>\n" }
        return "<ul>\n\(HTML(items))</ul>"
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
            return "\(texts.goesToApp) <strong>\(host(of: uri))</strong>"
        }
        return "\(redirect.isLoopback ? texts.goesToProgram : texts.goesTo) <strong>\(host(of: uri))</strong>"
    }

    /// Of an address: host and port, or the scheme of an app.
    static func host(of uri: String) -> String {
        guard !RedirectURI(stored: uri).isPrivateUse else { return String(uri.prefix { $0 != ":" }) }
        let authority = uri.split(separator: "/", maxSplits: 2).dropFirst().first ?? ""
        return String(authority.prefix { $0 != "/" && $0 != "?" })
    }
}

import AuthCore

extension Pages {
    /// So many events have a line: a page is to stay light.
    private static let mostEvents = 15

    /// The account's own page.
    /// - Parameter notice: what was just done.
    func account(_ view: AccountView, notice: AccountNotice?, _ language: Language) -> ErrorDialect.Rendered {
        let texts = AccountTexts.of(language)
        let said: HTML = notice.map { "<p role=\"status\">\(texts.notices($0))</p>\n" } ?? ""
        let main: HTML = """
            <h1>\(texts.title)</h1>
            <p class="soft">\(PageTexts.of(language).signedInAs(Self.shown(view.account.username)))</p>
            \(said)<p class="links"><a href="/account/password">\(texts.changePassword)</a> \
            <a href="/logout">\(texts.signOut)</a></p>
            <h2>\(texts.sessionsTitle)</h2>
            \(Self.sessions(view, texts))
            <h2>\(texts.applicationsTitle)</h2>
            \(Self.applications(view, texts, PageTexts.of(language)))
            <h2>\(texts.eventsTitle)</h2>
            \(Self.events(view, texts))
            """
        return page(language, title: texts.title, main: main, forms: .ours, isWide: true)
    }

    /// Nobody is signed in any more, as was wished.
    func signedOut(_ language: Language) -> ErrorDialect.Rendered {
        let texts = AccountTexts.of(language)
        let main: HTML = """
            <h1>\(texts.signedOutTitle)</h1>
            <p role="status">\(texts.signedOut)</p>
            <p><a href="/account">\(texts.signInAgain)</a></p>
            """
        return page(language, title: texts.signedOutTitle, main: main)
    }

    private static func sessions(_ view: AccountView, _ texts: AccountTexts) -> HTML {
        let rows = view.sessions.map { session -> HTML in
            let device = texts.device(session.userAgent)
            let here: HTML = session.id == view.current.id ? " <span class=\"here\">\(texts.thisBrowser)</span>" : ""
            return """
                <li><div><strong>\(device)</strong>\(here)
                <p class="soft">\(shown(session.address)), \(texts.lastSeen(time(session.seenAt)))</p></div>
                \(button(texts.signOut, "end-session", naming: ("session", session.id), of: device + ", " + shown(session.address)))</li>

                """
        }
        let hidden = view.sessionCount - rows.count
        let more: HTML = hidden > 0 ? "<p class=\"soft\">\(texts.moreSessions(hidden))</p>\n" : ""
        return """
            <ul class="rows">
            \(HTML(rows))</ul>
            \(more)\(button(texts.everywhere, "sign-out-everywhere"))
            <p class="soft">\(texts.whatEverywhereDoes)</p>
            """
    }

    private static func applications(_ view: AccountView, _ texts: AccountTexts, _ words: PageTexts) -> HTML {
        guard !view.applications.isEmpty else { return "<p>\(texts.noApplications)</p>" }
        let rows = view.applications.map { application -> HTML in
            let name = application.name?.text ?? texts.goneApplication
            return """
                <li><div><strong>\(name)</strong>
                <p class="soft">\(place(application, texts))\(texts.since(time(application.since)))</p>
                \(list(application.access, words))</div>
                \(button(texts.withdraw, "withdraw", naming: ("client", application.id.text), of: name))</li>

                """
        }
        return """
            <ul class="rows">
            \(HTML(rows))</ul>
            <p class="soft">\(texts.whatWithdrawDoes)</p>
            """
    }

    /// Where an application lives, with what stands behind it.
    private static func place(_ application: Application, _ texts: AccountTexts) -> String {
        guard let uri = application.redirectURI else { return "" }
        return (uri.isLoopback ? texts.onThisComputer : host(of: uri.text)) + ", "
    }

    private static func events(_ view: AccountView, _ texts: AccountTexts) -> HTML {
        let lines = view.events.lazy.compactMap { record -> HTML? in
            let client = record.client ?? ""
            let name = view.clientNames[client]?.text ?? shown(client)
            guard let event = AccountEvent(record, client: name) else { return nil }
            let place = record.address.map { address in
                ", " + (record.userAgent.map { texts.device($0) + ", " } ?? "") + shown(address)
            }
            return """
                <li>\(time(record.moment)): \(texts.events(event))<span class="soft">\(place ?? "")</span></li>

                """
        }.prefix(mostEvents)
        guard !lines.isEmpty else { return "<p>\(texts.noEvents)</p>" }
        return """
            <ul class="events">
            \(HTML(Array(lines)))</ul>
            """
    }

    /// A form that is one button.
    /// - Parameters:
    ///   - hidden: what it is about.
    ///   - name: what it is about, for who hears the button without what stands beside it.
    private static func button(
        _ text: String, _ action: String, naming hidden: (name: String, value: String)? = nil, of name: String? = nil
    ) -> HTML {
        let field: HTML = hidden.map { "<input type=\"hidden\" name=\"\($0.name)\" value=\"\($0.value)\">" } ?? ""
        let label: HTML = name.map { " aria-label=\"\(text): \($0)\"" } ?? ""
        return """
            <form method="post" action="/account">\(field)<button name="action" value="\(action)"\(label)>\(text)</button></form>
            """
    }

    /// To the minute, in UTC: a page without scripts does not know the reader's clock.
    private static func time(_ moment: Timestamp) -> String { String(utcText(moment).dropLast(3)) + " UTC" }
}

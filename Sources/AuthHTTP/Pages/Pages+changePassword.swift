import AuthCore
import HTTPTypes

/// Why a password was not changed, for the page that says so.
enum PasswordAlert {
    case tooShort
    case same
    case otherRepeated
    /// The current one is wrong, or nobody looks at it now.
    case refused(AuthError)
}

extension Pages {
    /// The form for another password.
    /// - Parameters:
    ///   - username: what was typed before.
    ///   - isSignedIn: whether the name is that of the browser's session, which nobody types.
    ///   - flow: the handle of the flow that goes on afterwards.
    func changePassword(
        username: String, isSignedIn: Bool, flow: BrowserSecret?, alert: PasswordAlert? = nil, _ language: Language
    ) -> ErrorDialect.Rendered {
        let (texts, words) = (AccountTexts.of(language), PageTexts.of(language))
        let said = alert.map { Self.said($0, texts, words) }
        let name = Self.shown(username)
        let notice: HTML = said.map { "<p role=\"alert\" id=\"error\">\($0.text)</p>\n" } ?? ""
        let hidden: HTML = flow.map { "<input type=\"hidden\" name=\"flow\" value=\"\($0.text)\">\n" } ?? ""
        let mark: HTML = " aria-invalid=\"true\" aria-describedby=\"error\""
        let (onOld, onNew): (HTML, HTML) =
            said?.isAboutNew == true ? ("", mark) : (said?.isAboutOld == true ? mark : "", "")
        let readOnly: HTML = isSignedIn ? " readonly" : ""
        let (onName, onPassword): (HTML, HTML) = name.isEmpty ? (" autofocus", "") : ("", " autofocus")
        let back: HTML = isSignedIn ? "\n<p class=\"below\"><a href=\"/account\">\(texts.backToAccount)</a></p>" : ""
        let main: HTML = """
            <h1>\(texts.changePassword)</h1>
            \(notice)<form method="post" action="/account/password">
            \(hidden)<label for="username">\(words.username)</label>
            <input id="username" name="username" value="\(name)" required autocomplete="username" autocapitalize="none" \
            spellcheck="false"\(readOnly)\(onName)>
            <label for="password">\(texts.currentPassword)</label>
            <input id="password" name="password" type="password" required autocomplete="current-password"\(onOld)\(onPassword)>
            <label for="new-password">\(texts.newPassword)</label>
            <p class="soft hint" id="hint">\(texts.passwordHint)</p>
            <input id="new-password" name="new_password" type="password" required autocomplete="new-password"\
            \(said?.isAboutNew == true ? onNew : " aria-describedby=\"hint\"")>
            <label for="repeated">\(texts.repeatedPassword)</label>
            <input id="repeated" name="repeated_password" type="password" required autocomplete="new-password"\(onNew)>
            <p class="soft">\(texts.whatChangeDoes)</p>
            <div class="actions"><button class="main">\(texts.changePassword)</button></div>
            </form>\(back)
            """
        return page(
            language, title: said == nil ? texts.changePassword : "\(words.error): \(texts.changePassword)", main: main,
            // Where a flow goes on, the way may end at a client.
            forms: flow == nil ? .ours : .endingAtClient, status: said?.status ?? .ok, fields: said?.fields ?? [:])
    }

    private struct Said {
        let text: String
        var status: HTTPResponse.Status = .badRequest
        var fields: HTTPFields = [:]
        var isAboutOld = false
        var isAboutNew = true
    }

    private static func said(_ alert: PasswordAlert, _ texts: AccountTexts, _ words: PageTexts) -> Said {
        switch alert {
        case .tooShort: return Said(text: texts.passwordTooShort)
        case .same: return Said(text: texts.samePassword)
        case .otherRepeated: return Said(text: texts.otherRepeated)
        case .refused(let error):
            let alert = SignInAlert(error, words)
            return Said(
                text: alert.text, status: alert.status, fields: alert.fields, isAboutOld: alert.isAboutInput,
                isAboutNew: false)
        }
    }
}

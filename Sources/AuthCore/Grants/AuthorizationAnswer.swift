/// What a client is told at the end of an authorization request, at its redirect URI.
package struct AuthorizationAnswer: Equatable, Sendable {
    /// RFC 6749 §4.1.2, §4.1.2.1.
    package enum Content: Equatable, Sendable {
        /// What the client fetches its tokens with.
        case code(BrowserSecret)
        /// Why it gets none.
        case error(AuthorizationError)
    }

    /// Where it goes, and how.
    package let reply: AuthorizationReply
    /// What it says.
    package let content: Content

    /// An answer.
    package init(reply: AuthorizationReply, content: Content) {
        self.reply = reply
        self.content = content
    }
}

/// What the sign-in page shows.
package struct SignInView: Equatable, Sendable {
    /// Who asks; nil for the account's own page.
    package let client: ClientName?
    /// Where the answer goes; nil as above.
    package let redirectURI: String?
    /// A name to begin with, as the client or the browser's session has it.
    package let username: String?
    /// The languages that the client wishes for, best first (OpenID Connect Core 1.0 §3.1.2.1).
    package let languages: String?

    /// For the account's own page.
    static func account(of username: String?) -> SignInView {
        SignInView(client: nil, redirectURI: nil, username: username, languages: nil)
    }
}

/// What the other pages of a client's flow show of its request.
package struct FlowView: Equatable, Sendable {
    /// Who asks.
    package let client: ClientName
    /// Where the answer goes.
    package let redirectURI: String
    /// What it would get.
    package let access: GrantedAccess
    /// What of it the user is asked for, where the rest was agreed to before; nil where all of it is new or asked again.
    package let more: GrantedAccess?
    /// As ``SignInView/languages``.
    package let languages: String?
}

/// Where a flow stands, in the browser that began it.
package enum FlowState: Equatable, Sendable {
    /// The user has to sign in.
    case signIn(SignInView)
    /// The user, who is signed in by this name, has to be asked.
    /// - asked: what and in which session, as a digest that has to be the same when the user's word comes.
    case consent(FlowView, username: String, asked: String)
    /// The user is signed in, or took too long to, and goes to the account's own page.
    case account(AccountVisit)
    /// It ended; the same again for a minute.
    case answer(AuthorizationAnswer)
    /// It ended a while ago.
    case used(FlowView)
    /// It took too long.
    case late(FlowView)
    /// There is none in this browser, or not any more.
    case over
}

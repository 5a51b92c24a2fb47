import AuthCore
import HTTPTypes
import Hummingbird

/// The two cookies by which a browser is known: of the flows that it began, and of its session.
struct BrowserCookies: Sendable {
    private let flows: SetCookie
    private let session: SetCookie

    init(of issuer: IssuerIdentifier) {
        flows = SetCookie("flow", isSecure: issuer.isSecure)
        session = SetCookie("session", isSecure: issuer.isSecure)
    }

    /// The browser that sent a request.
    /// - Throws: ``RequestError/clientGone``.
    func browser(of request: Request, _ context: RequestContext) throws -> Browser {
        let cookies = Cookies(request.headers[values: .cookie])
        return Browser(
            flows: cookies[flows.name].flatMap(BrowserSecret.init),
            session: cookies[session.name].flatMap(BrowserSecret.init), address: try context.client,
            userAgent: request.headers[.userAgent])
    }

    /// Both live as long as the browser is open: what the server keeps ends before.
    func setting(flows secret: BrowserSecret) -> HTTPField {
        HTTPField(name: .setCookie, value: flows.setting(secret.text))
    }

    /// The browser forgets its session, which is over.
    var removingSession: HTTPField { HTTPField(name: .setCookie, value: session.removing) }

    func setting(session secret: BrowserSecret) -> HTTPField {
        HTTPField(name: .setCookie, value: session.setting(secret.text))
    }
}

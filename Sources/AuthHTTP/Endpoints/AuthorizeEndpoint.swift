package import AuthCore
import HTTPTypes
import Hummingbird
import Logging

/// `GET`, `POST /authorize`: a client sends a browser here for a code (RFC 6749 §4.1, OpenID Connect Core 1.0 §3.1.2).
package struct AuthorizeEndpoint: Endpoint {
    private let authorize: Authorize
    private let pages: Pages

    /// Does what `authorize` does, and shows `pages`.
    package init(authorize: Authorize, pages: Pages) {
        self.authorize = authorize
        self.pages = pages
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        guard request.method == .get else { return try await Self.asGet(request) }
        let pairs = try FormFields.pairs(request.query)
        let parameters = RequestParameters(pairs)
        let language = request.language(wishes: try? parameters.value("ui_locales"))
        do {
            switch try await authorize.begin(parameters, in: pages.cookies.browser(of: request, context)) {
            case .flow(let handle, let browser):
                var response = Response(SignInEndpoint.page(of: handle))
                response.headers.append(pages.cookies.setting(flows: browser))
                return response
            case .answer(let answer): return Response(pages.answer(answer, language))
            }
        } catch let refusal as AuthorizationRefusal {
            let uri = pairs.first { $0.name == "redirect_uri" }?.value
            return Response(pages.refused(refusal, redirectURI: uri, parameters, context, language))
        }
    }

    /// A form of another site comes without our cookies (`SameSite=Lax`): what the browser asks next comes with them, and
    /// says the same (Core §3.1.2.1).
    private static func asGet(_ request: Request) async throws -> Response {
        let body = try await request.formBody()
        // What it is made of can be part of an address.
        _ = try FormFields.pairs(body.readableBytesView)
        let query = String(decoding: body.readableBytesView, as: UTF8.self)
        return Response(
            ErrorDialect.Rendered(redirectTo: "/authorize?\(query)", fields: [.cacheControl: "no-store"]))
    }
}

extension Request {
    /// What stands behind the path's `?`.
    var query: Substring.UTF8View {
        let target = (head.path ?? "").utf8
        guard let mark = target.firstIndex(of: UInt8(ascii: "?")) else { return Substring().utf8 }
        return target[target.index(after: mark)...].prefix { $0 != UInt8(ascii: "#") }
    }
}

extension Pages {
    /// Tells the client, or where nobody knows that it is the client, the person and the operator.
    func refused(
        _ refusal: AuthorizationRefusal, redirectURI: String?, _ parameters: RequestParameters,
        _ context: RequestContext, _ language: Language
    ) -> ErrorDialect.Rendered {
        switch refusal {
        case .redirect(let reply, let error):
            return answer(AuthorizationAnswer(reply: reply, content: .error(error)), language)
        case .page(let error):
            context.noteRefusal(error, client: try? parameters.value("client_id"), redirectURI: redirectURI)
            return refused(error, redirectURI: redirectURI, requestID: context.id, language)
        }
    }
}

extension RequestContext {
    /// A line for the operator, whom the client's developer will ask.
    fileprivate func noteRefusal(_ error: AuthorizationPageError, client: String?, redirectURI: String?) {
        let reason: String
        var registered: [String] = []
        switch error {
        case .client: reason = "unknown_client"
        case .noRedirectURI: reason = "no_redirect_uri"
        case .redirectURI(let uris):
            reason = "redirect_uri"
            registered = uris.map(\.text)
        }
        logger.notice(
            "authorization request refused",
            metadata: [
                "client": "\((try? self.client).map(\.description) ?? "")", "reason": "\(reason)",
                "client_id": "\(Pages.shown(client ?? ""))", "redirect_uri": "\(Pages.shown(redirectURI ?? ""))",
                "registered": "\(registered.joined(separator: " "))",
            ])
    }
}

package import AuthCore
import HTTPTypes
import Hummingbird
import Logging

/// `GET`, `POST /logout`: a browser is signed out, at a client's wish or its user's (OpenID Connect RP-Initiated Logout 1.0).
package struct LogoutEndpoint: Endpoint {
    private let signOut: SignOut
    private let pages: Pages

    /// Does what `signOut` does, and shows `pages`.
    package init(signOut: SignOut, pages: Pages) {
        self.signOut = signOut
        self.pages = pages
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        guard request.method == .post else {
            return try await answer(
                RequestParameters(FormFields.pairs(request.query)), confirmed: nil, request, context)
        }
        let body = try await request.formBody()
        let parameters = RequestParameters(try FormFields.pairs(body.readableBytesView))
        guard let decision = try parameters.optional("decision") else {
            // A form of another site comes without our cookies: what the browser asks next comes with them.
            let address = "/logout?" + String(decoding: body.readableBytesView, as: UTF8.self)
            // The page's own form says again, and longer, what stood in an address; another one has to fit into one.
            let tooLong = address.utf8.count - request.size.target
            guard tooLong <= 0 else {
                throw RequestError.bodyTooLarge(largest: body.readableBytes - tooLong)
            }
            return Response(.page(address))
        }
        guard request.isForm(of: pages.issuer) else {
            return Response(pages.foreignForm(request.language()))
        }
        guard decision == "sign-out" else { throw AuthError.invalidRequest("decision has to be sign-out") }
        return try await answer(
            parameters, confirmed: try parameters.optional("session") ?? "", request, context)
    }

    private func answer(
        _ parameters: RequestParameters, confirmed: String?, _ request: Request, _ context: RequestContext
    ) async throws -> Response {
        let wish = try LogoutRequest(parameters)
        let language = request.language(wishes: wish.languages)
        let browser = try pages.cookies.browser(of: request, context)
        switch try await signOut(wish, confirmed: confirmed, in: browser) {
        case .question(let question):
            context.note(question.obstacle, question.client)
            return Response(pages.signOut(question, wish, language))
        case .signedOut(let place):
            context.note(place.obstacle, place.client)
            var response = Response(pages.signedOut(place, language))
            if browser.session != nil { response.headers.append(pages.cookies.removingSession) }
            return response
        }
    }
}

extension RequestContext {
    /// A line for the operator, whom the client's developer will ask. No parameter stands in it: a hint is a token.
    fileprivate func note(_ obstacle: LogoutObstacle?, _ client: Client?) {
        guard let obstacle else { return }
        logger.notice(
            "logout request leads nowhere",
            metadata: [
                "client": "\((try? self.client).map(\.description) ?? "")", "reason": "\(obstacle.rawValue)",
                "client_id": "\(client?.id.text ?? "")",
            ])
    }
}

package import AuthCore
import HTTPTypes
import Hummingbird
package import Metrics

/// `POST /token`: RFC 6749 §3.2.
package struct TokenEndpoint: Endpoint {
    let issueTokens: IssueTokens
    let failures: ClientFailures
    private let metrics: TokenMetrics

    /// Answers what `issueTokens` gives.
    package init(
        issueTokens: IssueTokens, failures: ClientFailures, metrics: any MetricsFactory = MetricsSystem.factory
    ) {
        self.issueTokens = issueTokens
        self.failures = failures
        self.metrics = TokenMetrics(metrics)
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        let client = try context.client
        let tokens = try await failures.counting(context) {
            let form = try await ClientForm(request)
            return try await issueTokens(
                TokenRequest(form.parameters), as: form.credentials, from: client,
                userAgent: request.headers.value(of: .userAgent))
        }
        metrics.note(tokens)
        return Response(secret: Self.json(tokens))
    }

    private static func json(_ tokens: IssuedTokens) -> [UInt8] {
        var members: [(name: String, value: JSONValue)] = [
            ("access_token", .string(tokens.accessToken)), ("token_type", .string("Bearer")),
            ("expires_in", .integer(tokens.expiresIn)),
        ]
        if let token = tokens.refreshToken { members.append(("refresh_token", .string(token))) }
        if let token = tokens.identityToken { members.append(("id_token", .string(token))) }
        if !tokens.scopes.isEmpty { members.append(("scope", .string(Scope.text(tokens.scopes)))) }
        return JSONText.object(members)
    }
}

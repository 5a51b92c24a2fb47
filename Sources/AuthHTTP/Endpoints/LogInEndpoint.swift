package import AuthCore
import Hummingbird
package import Metrics

/// `POST /auth`: a name and a password for a token.
package struct LogInEndpoint: Endpoint {
    let logIn: LogIn
    let allowsExpired: Bool
    private let metrics: LogInMetrics

    /// - Parameter allowsExpired: whether `?expired=true` and `?expired=published` are answered with an expired token, for
    ///   testing verifiers.
    package init(logIn: LogIn, allowsExpired: Bool, metrics: any MetricsFactory = MetricsSystem.factory) {
        self.logIn = logIn
        self.allowsExpired = allowsExpired
        self.metrics = LogInMetrics(metrics)
    }

    func respond(to request: Request, _ context: RequestContext) async throws -> Response {
        let client = try context.client
        let wanted = try await LogInRequest(request, allowsExpired: allowsExpired)
        let userAgent = request.headers[.userAgent]
        let token = try await metrics.counting {
            try await context.whileClientWaits { [logIn] in
                try await logIn(
                    username: wanted.username, password: wanted.password, client: client, userAgent: userAgent,
                    kind: wanted.kind)
            }
        }
        return Response(
            status: .ok,
            json: JSONText.object([
                ("token", .string(token.text)), ("token_type", .string("Bearer")),
                ("expires_in", .integer(token.expiresIn)),
            ]))
    }
}

/// What `POST /auth` is asked.
struct LogInRequest: Sendable {
    let username: String
    let password: Secret
    let kind: TokenKind

    /// - Throws: ``RequestError``, ``AuthError/invalidRequest(_:)``.
    init(_ request: Request, allowsExpired: Bool) async throws {
        kind = try Self.kind(request, allowsExpired: allowsExpired)
        let object = try await JSONBody.object(of: request)
        username = try object.string("username")
        password = Secret(try object.string("password"))
    }

    private static func kind(_ request: Request, allowsExpired: Bool) throws(AuthError) -> TokenKind {
        guard let value = request.head.path?.utf8.queryValue(of: "expired") else { return .live }
        let kind: TokenKind
        switch value {
        case "false": return .live
        case "true": kind = .expired
        case "published": kind = .expiredUnderPublishedKey
        default: throw .invalidRequest("expired must be true, published or false")
        }
        guard allowsExpired else { throw .invalidRequest("expired tokens are turned off on this server") }
        return kind
    }
}

import AuthCore
package import HTTPTypes

/// The one table that turns an error into what a client is told, in whichever ``ErrorDialect``: status, stable code, one
/// sentence, fields.
package struct ErrorResponse: Sendable {
    /// What HTTP says of it.
    package let status: HTTPResponse.Status
    /// Ours, which never changes its meaning.
    package let code: String
    /// What comes nearest in OAuth's own list.
    package let oauthCode: OAuthErrorCode
    /// For a person; never a stack trace, SQL, file, version or input.
    package let sentence: String
    /// Beside those of every answer.
    package let fields: HTTPFields

    /// The row of `error`.
    package init(_ error: RequestError) {
        switch error {
        case .auth(let error): self.init(error)
        case .notFound(let paths):
            self.init(
                .notFound, "not_found", .invalidRequest,
                "there is nothing here, only at exactly \(paths.joined(separator: ", "))")
        case .methodNotAllowed(let allowed):
            self.init(
                .methodNotAllowed, "method_not_allowed", .invalidRequest, "this path answers \(allowed) only",
                [.allow: allowed])
        case .bodyTooLarge(let largest):
            self.init(
                .contentTooLarge, "body_too_large", .invalidRequest, "the body must have at most \(largest) bytes",
                [.connection: "close"])
        case .targetTooLong(let longest):
            self.init(
                .uriTooLong, "uri_too_long", .invalidRequest,
                "the path and its query must have at most \(longest) bytes")
        case .headTooLarge:
            self.init(
                .requestHeaderFieldsTooLarge, "head_too_large", .invalidRequest,
                "the head of the request must have at most \(RequestSize.head) bytes and 100 fields",
                [.connection: "close"])
        case .unsupportedMediaType(let wanted):
            self.init(
                .unsupportedMediaType, "unsupported_media_type", .invalidRequest,
                "the Content-Type must be \(wanted)")
        case .malformedHTTP:
            self.init(
                .badRequest, "invalid_request", .invalidRequest, "this is not a well-formed HTTP request",
                [.connection: "close"])
        case .plainHTTP:
            self.init(
                .badRequest, "invalid_request", .invalidRequest, "this port speaks TLS: the address begins with https",
                [.connection: "close"])
        case .expectationFailed:
            self.init(
                .expectationFailed, "expectation_failed", .invalidRequest, "Expect may be 100-continue and nothing else"
            )
        case .clientGone: self.init(AuthError.unavailable("the client closed the connection"))
        case .unexpected: self.init(.internalServerError, "server_error", .serverError, "the server failed")
        }
    }

    /// A realm there has to be (RFC 7617 §2); it means nothing.
    static let basicChallenge = "Basic realm=\"jwks-server\""
    /// Of an access token that is missing. The scheme does not stand alone: RFC 6750 §3 wants a parameter.
    static let bearerChallenge = "Bearer realm=\"jwks-server\""
    /// Of an access token that is sent in a way in which none can be (RFC 6750 §3.1).
    static let malformedBearer = #"Bearer error="invalid_request""#

    private init(_ error: AuthError) {
        switch error {
        case .invalidRequest(let reason): self.init(.badRequest, "invalid_request", .invalidRequest, reason)
        case .usernameTaken: self.init(.conflict, "username_taken", .invalidRequest, error.description)
        case .emailTaken: self.init(.conflict, "email_taken", .invalidRequest, error.description)
        case .invalidCredentials:
            self.init(
                .unauthorized, "invalid_credentials", .invalidClient, error.description, [.wwwAuthenticate: "Bearer"])
        case .invalidClient:
            self.init(
                .unauthorized, "invalid_client", .invalidClient, error.description,
                [.wwwAuthenticate: Self.basicChallenge])
        case .tokenRefused(let refusal):
            let code = OAuthErrorCode(refusal)
            self.init(.badRequest, code.rawValue, code, refusal.description)
        case .bearerRefused(.insufficientScope(let scope)):
            self.init(
                .forbidden, "insufficient_scope", .insufficientScope, error.description,
                [.wwwAuthenticate: #"Bearer error="insufficient_scope", scope="\#(scope.name)""#])
        case .bearerRefused(.repeated):
            self.init(
                .badRequest, "invalid_request", .invalidRequest, error.description,
                [.wwwAuthenticate: Self.malformedBearer])
        case .bearerRefused(.invalid):
            self.init(
                .unauthorized, "invalid_token", .invalidToken, error.description,
                [.wwwAuthenticate: #"Bearer error="invalid_token""#])
        case .bearerRefused(.missing):
            // RFC 6750 §3.1: nothing is wrong yet.
            self.init(
                .unauthorized, "invalid_token", .invalidToken, error.description,
                [.wwwAuthenticate: Self.bearerChallenge])
        case .passwordChangeRequired:
            self.init(
                .forbidden, "password_change_required", .accessDenied,
                "\(error.description): POST username, password and new_password to /password, then log in with the new one"
            )
        case .registrationClosed: self.init(.forbidden, "registration_closed", .accessDenied, error.description)
        case .overloaded(let retryAfter):
            self.init(
                .serviceUnavailable, "overloaded", .temporarilyUnavailable, error.description,
                [.retryAfter: String(max(1, retryAfter.secondsRoundedUp))])
        case .rateLimited(let refusal):
            self.init(
                .tooManyRequests, "rate_limited", .temporarilyUnavailable, error.description, refusal.fields)
        case .unavailable:
            // The reason is for the log: it may name files and tables.
            self.init(
                .serviceUnavailable, "unavailable", .temporarilyUnavailable,
                "the server cannot do this at the moment", [.retryAfter: "1"])
        }
    }

    private init(
        _ status: HTTPResponse.Status, _ code: String, _ oauthCode: OAuthErrorCode, _ sentence: String,
        _ fields: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.oauthCode = oauthCode
        self.sentence = sentence
        self.fields = fields
    }
}

/// The error codes of OAuth that the table knows: RFC 6749 §5.2 and §4.1.2.1.
package enum OAuthErrorCode: String, Sendable {
    case invalidRequest = "invalid_request"
    case invalidClient = "invalid_client"
    case invalidGrant = "invalid_grant"
    case unauthorizedClient = "unauthorized_client"
    case unsupportedGrantType = "unsupported_grant_type"
    case invalidScope = "invalid_scope"
    /// RFC 8707 §2.
    case invalidTarget = "invalid_target"
    /// RFC 6750 §3.1.
    case invalidToken = "invalid_token"
    case insufficientScope = "insufficient_scope"
    case accessDenied = "access_denied"
    case serverError = "server_error"
    case temporarilyUnavailable = "temporarily_unavailable"
}

extension OAuthErrorCode {
    fileprivate init(_ refusal: TokenRefusal) {
        switch refusal {
        case .invalidGrant: self = .invalidGrant
        case .unauthorizedClient: self = .unauthorizedClient
        case .unsupportedGrantType: self = .unsupportedGrantType
        case .invalidScope: self = .invalidScope
        case .invalidTarget: self = .invalidTarget
        }
    }
}

extension RateLimitRefusal {
    /// RFC 6585 §4, and the fields of draft-ietf-httpapi-ratelimit-headers-10, whose seconds are whole.
    fileprivate var fields: HTTPFields {
        let wait = String(max(1, retryAfter.secondsRoundedUp))
        return [
            .retryAfter: wait,
            .rateLimitPolicy: "\"\(limit.name)\";q=\(limit.limit);w=\(max(1, limit.window.secondsRoundedUp))",
            .rateLimit: "\"\(limit.name)\";r=0;t=\(wait)",
        ]
    }
}

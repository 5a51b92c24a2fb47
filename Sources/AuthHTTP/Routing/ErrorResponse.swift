import AuthCore
import HTTPTypes

/// A request that gets no: the errors of the use cases and those that only HTTP knows.
enum ErrorResponse: Error {
    case core(AuthError)
    case notFound
    case methodNotAllowed(allowed: String)
    case bodyTooLarge
    case unsupportedMediaType
    case malformedHTTP
    /// The client closed its side while its request waited: nobody reads this answer.
    case clientGone
}

/// The one table that turns an error into what a client sees: status, stable code, one sentence, fields.
extension ErrorResponse {
    struct Answer {
        let status: HTTPResponse.Status
        let code: String
        let sentence: String
        var fields = HTTPFields()
    }

    var answer: Answer {
        switch self {
        case .core(let error): Self.answer(error)
        case .notFound: Answer(status: .notFound, code: "not_found", sentence: "there is nothing here")
        case .methodNotAllowed(let allowed):
            Answer(
                status: .methodNotAllowed, code: "method_not_allowed", sentence: "this path answers \(allowed) only",
                fields: [.allow: allowed])
        case .bodyTooLarge:
            Answer(
                status: .contentTooLarge, code: "body_too_large",
                sentence: "the body must have at most \(JSONBody.largest) bytes", fields: [.connection: "close"])
        case .unsupportedMediaType:
            Answer(
                status: .unsupportedMediaType, code: "unsupported_media_type",
                sentence: "the Content-Type must be application/json")
        case .clientGone: Self.answer(.unavailable("the client closed the connection"))
        case .malformedHTTP:
            Answer(
                status: .badRequest, code: "invalid_request", sentence: "this is not a well-formed HTTP request",
                fields: [.connection: "close"])
        }
    }

    private static func answer(_ error: AuthError) -> Answer {
        switch error {
        case .invalidRequest(let reason): Answer(status: .badRequest, code: "invalid_request", sentence: reason)
        case .usernameTaken: Answer(status: .conflict, code: "username_taken", sentence: error.description)
        case .emailTaken: Answer(status: .conflict, code: "email_taken", sentence: error.description)
        case .invalidCredentials:
            Answer(
                status: .unauthorized, code: "invalid_credentials", sentence: error.description,
                fields: [.wwwAuthenticate: "Bearer"])
        case .registrationClosed: Answer(status: .forbidden, code: "registration_closed", sentence: error.description)
        case .overloaded(let retryAfter):
            Answer(
                status: .serviceUnavailable, code: "overloaded", sentence: error.description,
                fields: [.retryAfter: String(max(1, retryAfter.secondsRoundedUp))])
        case .rateLimited(let refusal):
            Answer(
                status: .tooManyRequests, code: "rate_limited", sentence: error.description, fields: refusal.fields)
        case .unavailable:
            // The reason is for the log: it may name files and tables.
            Answer(
                status: .serviceUnavailable, code: "unavailable", sentence: "the server cannot do this at the moment",
                fields: [.retryAfter: "1"])
        case .keyUnreadable, .wrongMasterKey, .refused:
            Answer(status: .internalServerError, code: "server_error", sentence: "the server failed")
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

extension HTTPField.Name {
    private static func named(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("a literal field name is valid") }
        return name
    }

    static let rateLimit = named("RateLimit")
    static let rateLimitPolicy = named("RateLimit-Policy")
    /// Set by proxies; one field or several, which count as one list.
    static let xForwardedFor = named("X-Forwarded-For")
}

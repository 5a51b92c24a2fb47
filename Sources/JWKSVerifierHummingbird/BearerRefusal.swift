import HTTPTypes
public import Hummingbird
public import HummingbirdCore
public import JWKSVerifier

/// Why a request is not let through, and the answer to it (RFC 6750 §3).
public enum BearerRefusal: HTTPResponseError, Equatable {
    /// It brings no token: 401.
    case missing
    /// It brings more than one field `Authorization`: 400.
    case repeated
    /// Its token was not verified: 401, or 503 where nobody can say.
    case notVerified(VerificationError)
    /// Its token was not granted this scope: 403.
    case insufficientScope(String)

    /// The status code.
    public var status: HTTPResponse.Status {
        switch self {
        case .missing: .unauthorized
        case .repeated: .badRequest
        case .notVerified(let error): HTTPResponse.Status(code: error.status)
        case .insufficientScope: .forbidden
        }
    }

    /// The answer, with its fields and `{"error": …}`.
    public func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers: HTTPFields = [.contentType: "application/json", .cacheControl: "no-store"]
        if let challenge { headers[.wwwAuthenticate] = challenge }
        if case .notVerified(let error) = self, let wait = error.retryAfter { headers[.retryAfter] = wait }
        return Response(
            status: status, headers: headers, body: ResponseBody(byteBuffer: .init(string: #"{"error":"\#(code)"}"#)))
    }

    private var challenge: String? {
        switch self {
        case .missing: VerificationError.challenge
        case .repeated: #"Bearer error="invalid_request""#
        case .notVerified(let error): error.wwwAuthenticate
        // A scope has no quote and no backslash (RFC 6749 §3.3); what has one is not echoed.
        case .insufficientScope(let scope)
        where scope.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }):
            #"Bearer error="insufficient_scope", scope="\#(scope)""#
        case .insufficientScope: #"Bearer error="insufficient_scope""#
        }
    }

    private var code: String {
        switch self {
        case .missing: "missing_token"
        case .repeated: "invalid_request"
        case .notVerified(.invalidToken): "invalid_token"
        case .notVerified(.keysUnavailable): "temporarily_unavailable"
        case .insufficientScope: "insufficient_scope"
        }
    }
}

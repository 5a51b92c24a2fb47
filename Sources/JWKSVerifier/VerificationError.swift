/// Why a token was not verified, and what a resource server answers.
public enum VerificationError: Error, Equatable, Sendable {
    /// The token is refused: 401 with ``wwwAuthenticate`` (RFC 6750 §3.1).
    case invalidToken(InvalidToken)
    /// The issuer's keys are not to be had, so nobody can say: 503 with ``retryAfter``. Never a 401: the caller would throw
    /// a good token away.
    case keysUnavailable(retryAfter: Duration)

    /// `WWW-Authenticate` for a request without a token (RFC 6750 §3): no error, nothing was wrong.
    public static let challenge = "Bearer"

    /// The status code to answer: 401 or 503.
    public var status: Int {
        switch self {
        case .invalidToken: 401
        case .keysUnavailable: 503
        }
    }

    /// The field `WWW-Authenticate` of a 401; nil for a 503. The reason is not in it: it is for the log.
    public var wwwAuthenticate: String? {
        switch self {
        case .invalidToken: #"Bearer error="invalid_token""#
        case .keysUnavailable: nil
        }
    }

    /// The field `Retry-After` of a 503, in whole seconds, at least 1 (RFC 9110 §10.2.3); nil for a 401.
    public var retryAfter: String? {
        switch self {
        case .invalidToken: nil
        case .keysUnavailable(let wait):
            String(max(1, wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)))
        }
    }
}

extension VerificationError: CustomStringConvertible {
    /// What to log: it never contains the token.
    public var description: String {
        switch self {
        case .invalidToken(let reason): "the token is refused: \(reason.rawValue)"
        case .keysUnavailable: "the issuer's keys are not to be had"
        }
    }
}

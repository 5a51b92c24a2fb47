/// Why a client that is who it says gets no token: RFC 6749 §5.2, RFC 8707 §2. One case stands for everything that may be
/// wrong with a code or a refresh token, so that nobody learns which.
package enum TokenRefusal: Error, Equatable, CustomStringConvertible {
    /// Used, over, another client's, or what it is bound to is not right.
    case invalidGrant
    /// The client was not registered for this way to a token.
    case unauthorizedClient
    /// There is no such way.
    case unsupportedGrantType
    /// More than was granted, or nothing that the client may have.
    case invalidScope
    /// No resource that was granted.
    case invalidTarget

    init(_ refusal: AccessRefusal) {
        switch refusal {
        case .invalidScope: self = .invalidScope
        case .invalidTarget: self = .invalidTarget
        }
    }

    package var description: String {
        switch self {
        case .invalidGrant: "what was sent fetches no token: it is over, was used before, or belongs to another request"
        case .unauthorizedClient: "this client is not registered for this grant_type"
        case .unsupportedGrantType: "grant_type has to be authorization_code, refresh_token or client_credentials"
        case .invalidScope: "scope asks for what was not granted"
        case .invalidTarget: "resource names none that was granted"
        }
    }
}

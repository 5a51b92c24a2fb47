/// Why an access token opens nothing: RFC 6750 §3.1.
package enum BearerRefusal: Error, Equatable, CustomStringConvertible {
    /// None was sent.
    case missing
    /// More than one was sent (§2).
    case repeated
    /// Not ours, over, revoked, or of somebody who may not any more.
    case invalid
    /// It is good, and not for this.
    case insufficientScope(Scope)

    package var description: String {
        switch self {
        case .missing: "an access token is wanted"
        case .repeated: "the access token is sent more than once"
        case .invalid: "the access token is none of this issuer, is over or was revoked"
        case .insufficientScope(let scope): "the access token was not granted the scope \(scope.name)"
        }
    }
}

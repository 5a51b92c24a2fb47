/// Why a token is refused. It is for the log of the service that refuses: whoever sent it learns that it is refused.
public enum InvalidToken: String, Error, CaseIterable, Sendable {
    /// More than 8,192 bytes.
    case tooLong
    /// Not three parts of base64url, or a header or claims that are not one JSON object, or name a member twice.
    case malformed
    /// `alg` is missing, or none that is allowed.
    case algorithmNotAllowed
    /// `alg` is not that of the key that `kid` names.
    case algorithmNotOfKey
    /// `typ` is none that is accepted.
    case typeNotAccepted
    /// `crit` names what nobody here understands.
    case criticalExtension
    /// There is no `kid`.
    case noKeyID
    /// The issuer has no key of this `kid`, as far as is known since half a minute at most.
    case unknownKeyID
    /// The key did not sign this.
    case badSignature
    /// A registered claim is missing or of another type: `exp`, `iss` and `aud` have to be there.
    case badClaims
    /// The claims cannot be read as the type that was asked for.
    case otherClaims
    /// `iss` is another.
    case otherIssuer
    /// `aud` names none that is accepted.
    case otherAudience
    /// `exp` is now or before.
    case expired
    /// `nbf` or `iat` is later than the leeway allows.
    case notYetValid
}

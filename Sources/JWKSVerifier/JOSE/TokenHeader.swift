/// What of a JOSE header (RFC 7515 §4.1) is looked at. `jku`, `jwk`, `x5u`, `x5c` and all else are not: a token does not
/// say which key it is verified with but by its `kid`, among the keys of the issuer.
struct TokenHeader {
    let algorithm: SignatureAlgorithm
    let keyID: ExactText
    let type: TokenType

    /// - Throws: what of the header is refused.
    init(_ bytes: [UInt8]?) throws(InvalidToken) {
        guard let bytes, let header = JSON(bytes), let members = header.members else { throw .malformed }
        var (algorithm, keyID, type): (SignatureAlgorithm?, String?, TokenType?) = (nil, nil, .absent)
        for member in members {
            switch member.name.text {
            case "alg": algorithm = member.value.text.flatMap { SignatureAlgorithm(rawValue: $0) }
            case "kid": keyID = member.value.text
            case "typ": type = member.value.text.flatMap { TokenType(header: $0) }
            // An extension that has to be understood (§4.1.11): none is.
            case "crit": throw .criticalExtension
            default: break
            }
        }
        guard let algorithm else { throw .algorithmNotAllowed }
        guard let keyID, !keyID.isEmpty else { throw .noKeyID }
        guard let type else { throw .typeNotAccepted }
        self.algorithm = algorithm
        self.keyID = ExactText(keyID)
        self.type = type
    }
}

/// What of a JOSE header (RFC 7515 §4.1) is looked at. `jku`, `jwk`, `x5u`, `x5c` and all else are not: a token does not
/// say which key it is verified with but by its `kid`, among the keys of the issuer.
struct TokenHeader {
    let algorithm: SignatureAlgorithm
    let keyID: ExactText
    let type: TokenType

    /// - Throws: what of the header is refused.
    init(_ bytes: UnsafeBufferPointer<UInt8>?) throws(InvalidToken) {
        guard let bytes else { throw .malformed }
        var (algorithm, keyID, type): (SignatureAlgorithm?, String?, TokenType?) = (nil, nil, .absent)
        var members = try JSONMembers(bytes)
        while let name = try members.next() {
            switch name {
            case "alg": algorithm = try members.text().flatMap { SignatureAlgorithm(rawValue: $0.string) }
            case "kid": keyID = try members.text()?.string
            case "typ": type = try members.text().flatMap { TokenType(header: $0.string) }
            // An extension that has to be understood (§4.1.11): none is.
            case "crit": throw .criticalExtension
            default: try members.skipValue()
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

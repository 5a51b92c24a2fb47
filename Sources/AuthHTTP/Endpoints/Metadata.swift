import AuthCore

extension Document {
    /// What resource servers and clients that know only the issuer begin with: RFC 8414 and OpenID Connect Discovery, one
    /// and the same body. It says only what is true; an endpoint is named here when it answers.
    static func metadata(of issuer: IssuerIdentifier, longestMaxAge: Duration) -> Document {
        let body = JSONText.object([
            ("issuer", .string(issuer.text)), ("jwks_uri", .string(issuer.keySetURI)),
            ("id_token_signing_alg_values_supported", .array([.string("RS256")])),
        ])
        let content = Content(constant: body, maxAge: longestMaxAge)
        return Document(paths: issuer.metadataPaths, origins: .any) { _, _ in content }
    }
}

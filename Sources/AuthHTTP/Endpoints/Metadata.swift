import AuthCore

extension Document {
    /// What resource servers and clients that know only the issuer begin with, at every place where they look.
    /// - Parameter paths: those of OAuth that answer.
    static func metadata(of issuer: IssuerIdentifier, paths: Set<OAuthPath>, longestMaxAge: Duration) -> Document {
        let body = ServerMetadata(issuer: issuer, paths: paths).body
        let content = Content(constant: body, maxAge: longestMaxAge)
        return Document(paths: issuer.metadataPaths, origins: .any) { _, _ in content }
    }
}

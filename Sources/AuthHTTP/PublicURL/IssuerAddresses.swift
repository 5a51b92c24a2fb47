/// Where an issuer answers, for whoever is configured by hand: every address follows from the issuer as its tokens name it.
package struct IssuerAddresses: Sendable {
    private let identifier: IssuerIdentifier

    /// Of this issuer.
    package init(issuer: String) { identifier = IssuerIdentifier(text: issuer) }

    /// As it stands in tokens.
    package var issuer: String { identifier.text }

    /// Its metadata: OpenID Connect Discovery 1.0 §4.
    package var metadata: String { identifier.metadataURI }

    /// Where browsers and clients reach a path of ours.
    package func endpoint(_ path: String) -> String { identifier.origin + path }

    /// What the metadata of a server with this issuer say, where OAuth is on.
    package var metadataBody: [UInt8] { ServerMetadata(issuer: identifier, paths: Set(OAuthPath.allCases)).body }
}

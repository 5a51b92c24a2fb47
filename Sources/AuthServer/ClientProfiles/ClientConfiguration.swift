package import AuthCore
package import AuthHTTP
import Foundation

/// What a program is configured with to log in, in its own language: to be pasted as it is.
package struct ClientConfiguration: Sendable {
    let profile: ClientProfile
    let issuer: IssuerAddresses
    let client: Client
    let secret: ClientSecret?
    let url: String
    let ownSecret: String

    /// Of a program that was just registered.
    /// - Parameters:
    ///   - secret: nil for a public client.
    ///   - url: where it is, by ``ClientProfile/address(_:)``.
    ///   - ownSecret: what it may encrypt its cookies with: 32 characters that nobody else has.
    package init(
        of profile: ClientProfile, issuer: IssuerAddresses, client: Client, secret: ClientSecret?, url: String,
        ownSecret: String
    ) {
        self.profile = profile
        self.issuer = issuer
        self.client = client
        self.secret = secret
        self.url = url
        self.ownSecret = ownSecret
    }

    /// Without line ends.
    package var lines: [String] { text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }

    private var text: String {
        switch profile {
        case .grafana: grafana
        case .oauth2Proxy: oauth2Proxy
        case .modAuthOpenIDC: modAuthOpenIDC
        case .spring: spring
        case .argocd: argocd
        case .mcp: mcp
        }
    }

    /// 32 characters, from the system's CSPRNG.
    package static func newSecret() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// What it asks for: what it needs of the issuer, and all that its resources have.
    var scopes: [String] {
        client.scopes.filter { profile.scopes.contains($0) || !Scope.ofIssuer.contains($0) }.map(\.name)
    }

    var secretText: String { secret?.text ?? "" }

    /// Where users sign out of the issuer.
    var signOut: String { issuer.endpoint("/logout") }

    /// As a value in a query.
    static func escaped(_ text: String) -> String {
        let kept = CharacterSet(charactersIn: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: kept) ?? text
    }
}

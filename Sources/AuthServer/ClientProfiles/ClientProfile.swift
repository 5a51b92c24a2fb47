// ClientProfiles owns what is known of programs that others wrote: how each has to be registered, what it insists on, and
// how it is configured. It must not read, write or judge.

package import AuthCore

/// A program that logs its users in with what it finds at an issuer.
package enum ClientProfile: String, CaseIterable, Sendable {
    case grafana
    case oauth2Proxy = "oauth2-proxy"
    case modAuthOpenIDC = "mod_auth_openidc"
    case spring
    case argocd
    case mcp

    /// What `--like` says of a word that is none of them.
    package static func unknown(_ word: String) -> String {
        let names = allCases.map(\.rawValue)
        let nearest = nearestName(to: word.lowercased(), among: names) ?? ""
        return "did you mean \(nearest)? There are \(names.joined(separator: ", "))"
    }

    /// As people call it.
    package var title: String {
        switch self {
        case .grafana: "Grafana"
        case .oauth2Proxy: "oauth2-proxy"
        case .modAuthOpenIDC: "mod_auth_openidc"
        case .spring: "Spring Security"
        case .argocd: "Argo CD"
        case .mcp: "an MCP client"
        }
    }

    /// Whether it can keep a secret.
    package var kind: ClientKind { self == .mcp ? .public : .confidential }

    /// How it gets tokens.
    package var grants: [GrantType] {
        // Argo CD keeps the ID token alone, and asks for another code when that is over.
        self == .argocd ? [.authorizationCode] : [.authorizationCode, .refreshToken]
    }

    /// What it asks for of the issuer.
    package var scopes: [Scope] {
        switch self {
        case .grafana: [.openID, .profile, .email, .offlineAccess]
        case .oauth2Proxy, .modAuthOpenIDC, .spring, .argocd: [.openID, .profile, .email]
        // Those of its resource: nobody has to know who the user is.
        case .mcp: []
        }
    }

    /// Whether it turns away a user without an address.
    package var needsEmail: Bool { self == .grafana || self == .oauth2Proxy }

    /// With which words of its own it uses PKCE; nil where it always does.
    package var settingForPKCE: String? {
        switch self {
        case .grafana: "use_pkce = true"
        case .oauth2Proxy: "code_challenge_method = \"S256\""
        case .modAuthOpenIDC: "OIDCPKCEMethod S256"
        case .argocd: "enablePKCEAuthentication: true"
        case .spring: "OAuth2AuthorizationRequestCustomizers.withPkce()"
        case .mcp: nil
        }
    }

    /// Whether the configuration that is printed makes it use PKCE.
    var usesPKCE: Bool {
        switch self {
        case .grafana, .oauth2Proxy, .modAuthOpenIDC, .mcp: true
        case .spring, .argocd: false
        }
    }

    /// Where below its own address it has users sent with a code; nil where it has no address.
    package var redirectPath: String? {
        switch self {
        case .grafana: "/login/generic_oauth"
        case .oauth2Proxy: "/oauth2/callback"
        case .modAuthOpenIDC: "/signed-in"
        case .spring: "/login/oauth2/code/\(Self.springRegistration)"
        case .argocd: "/auth/callback"
        case .mcp: nil
        }
    }

    /// Where below its own address it is told that a session ended; nil where it hears nothing of that.
    package var backchannelLogoutPath: String? {
        switch self {
        case .modAuthOpenIDC: "/signed-in?logout=backchannel"
        case .spring: "/logout/connect/back-channel/\(Self.springRegistration)"
        case .grafana, .oauth2Proxy, .argocd, .mcp: nil
        }
    }

    /// What this issuer is called in Spring's configuration, and so in its paths.
    static let springRegistration = "id"
}

/// The paths of OAuth 2.0 and OpenID Connect that clients find by the metadata: one list for the routes and for it.
package enum OAuthPath: String, CaseIterable, Sendable {
    /// RFC 6749 §3.1: where a browser is sent to.
    case authorize = "/authorize"
    /// RFC 6749 §3.2.
    case token = "/token"
    /// OpenID Connect Core 1.0 §5.3.
    case userInfo = "/userinfo"
    /// RFC 7009.
    case revoke = "/revoke"
    /// RFC 7662.
    case introspect = "/introspect"
    /// OpenID Connect RP-Initiated Logout 1.0 §2: where a browser is sent to sign out.
    case logout = "/logout"

    /// Its name in the metadata (RFC 8414 §2, OpenID Connect Discovery 1.0 §3).
    var member: String {
        switch self {
        case .authorize: "authorization_endpoint"
        case .token: "token_endpoint"
        case .userInfo: "userinfo_endpoint"
        case .revoke: "revocation_endpoint"
        case .introspect: "introspection_endpoint"
        case .logout: "end_session_endpoint"
        }
    }
}

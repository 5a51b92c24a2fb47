import Foundation

extension TokenSettings {
    /// Why the issuer is none that OAuth and OpenID Connect may use (RFC 8414 §2 and §3.3, OpenID Connect Discovery §3); nil
    /// where it is one. Tokens of `/auth` may name it all the same, as they always did.
    ///
    /// Clients compare it character by character with what they were configured with, and many add or drop a slash, or fold
    /// the host.
    static func issuerObstacle(_ issuer: String, allowsHTTP: Bool) -> String? {
        guard let url = URLComponents(string: issuer), let host = url.host else { return "it is no URL" }
        if issuer.hasSuffix("/") { return "it ends in a slash" }
        if host != host.lowercased() { return "its host is written with capital letters" }
        let isLocal = ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host)
        if url.scheme != "https", !isLocal, !allowsHTTP {
            return "it is http on a host that is not this machine; JWKS_ALLOW_HTTP_ISSUER=true allows that for a test"
        }
        return nil
    }
}

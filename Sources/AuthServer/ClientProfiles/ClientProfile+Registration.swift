package import AuthCore

extension ClientProfile {
    /// Where a program on its user's own machine listens: some say the one, some the other, any port.
    private static let loopback = ["http://127.0.0.1/callback", "http://localhost/callback"]

    /// The address of a program as an operator typed it, without slashes at its end.
    /// - Throws: ``OperatorError/refused(_:)`` for what nothing can be appended to.
    package static func address(_ text: String) throws(OperatorError) -> String {
        guard text.contains("://"), !text.contains("?"), !text.contains("#") else {
            throw .refused("--url is \"\(text)\": give the address of the program, such as https://app.example.com")
        }
        return String(text.reversed().drop { $0 == "/" }.reversed())
    }

    /// What such a program has to be registered with, beside what an operator says of it.
    /// - Parameters:
    ///   - given: its name, and what the operator added.
    ///   - url: where it is, by ``address(_:)``; of an MCP client where the server is that it talks to.
    package func registration(_ given: ClientRegistration, at url: String) -> ClientRegistration {
        var made = given
        made.kind = kind
        made.grants = grants
        made.redirectURIs = (redirectPath.map { [url + $0] } ?? Self.loopback) + given.redirectURIs
        made.postLogoutRedirectURIs = afterSigningOut(at: url) + given.postLogoutRedirectURIs
        made.backchannelLogoutURI = given.backchannelLogoutURI ?? backchannelLogoutPath.map { url + $0 }
        if self == .mcp { made.resources = [url] + given.resources }
        // Those of a resource are known when it is read: then it may ask for all that there is.
        if given.scopes.isEmpty, made.resources.isEmpty { made.scopes = scopes.map(\.name) }
        made.requirePKCE = given.requirePKCE || kind == .confidential && usesPKCE
        return made
    }

    /// Where it has users sent after signing out.
    private func afterSigningOut(at url: String) -> [String] {
        switch self {
        case .grafana: ["\(url)/login"]
        case .oauth2Proxy, .modAuthOpenIDC: ["\(url)/"]
        case .spring: [url]
        // It joins its address and its root path, which may leave a slash.
        case .argocd: [url, "\(url)/"]
        case .mcp: []
        }
    }
}

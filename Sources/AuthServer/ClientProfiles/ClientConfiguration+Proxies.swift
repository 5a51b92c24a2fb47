import AuthCore
import AuthHTTP

/// What stands before a program that knows nothing of logins.
extension ClientConfiguration {
    var modAuthOpenIDC: String {
        """
        # In the <VirtualHost> of \(url)
        OIDCProviderMetadataURL \(issuer.metadata)
        OIDCClientID \(client.id.text)
        OIDCClientSecret \(secretText)
        OIDCRedirectURI \(url)\(profile.redirectPath ?? "")
        OIDCCryptoPassphrase \(ownSecret)
        OIDCScope "\(scopes.joined(separator: " "))"
        OIDCPKCEMethod S256
        OIDCRemoteUserClaim preferred_username
        <Location \(path)/>
            AuthType openid-connect
            Require valid-user
        </Location>
        # To sign out: \(url)\(profile.redirectPath ?? "")?logout=\(Self.escaped("\(url)/"))
        """
    }

    var oauth2Proxy: String {
        """
        provider = "oidc"
        oidc_issuer_url = "\(issuer.issuer)"
        client_id = "\(client.id.text)"
        client_secret = "\(secretText)"
        redirect_url = "\(url)\(profile.redirectPath ?? "")"
        scope = "\(scopes.joined(separator: " "))"
        code_challenge_method = "S256"
        email_domains = ["*"]
        cookie_secret = "\(ownSecret)"
        whitelist_domains = ["\(Self.authority(of: issuer.issuer))"]
        # To sign out: \(url)/oauth2/sign_out?rd=\(Self.escaped(signOutWithoutHint))
        """
    }

    private var signOutWithoutHint: String {
        "\(signOut)?client_id=\(client.id.text)&post_logout_redirect_uri=\(Self.escaped("\(url)/"))"
    }

    /// Of the program's address; empty where it has a host of its own.
    private var path: String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 ? "/\(parts[3])" : ""
    }

    /// Host and port.
    private static func authority(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count > 2 ? String(parts[2]) : ""
    }
}

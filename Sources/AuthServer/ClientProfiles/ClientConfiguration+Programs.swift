import AuthCore
import AuthHTTP

/// Programs that log in by themselves.
extension ClientConfiguration {
    var grafana: String {
        """
        [server]
        root_url = \(url)/

        [auth.generic_oauth]
        enabled = true
        client_id = \(client.id.text)
        client_secret = \(secretText)
        scopes = \(scopes.joined(separator: " "))
        auth_url = \(issuer.endpoint("/authorize"))
        token_url = \(issuer.endpoint("/token"))
        api_url = \(issuer.endpoint("/userinfo"))
        login_attribute_path = preferred_username
        use_pkce = true
        use_refresh_token = true
        signout_redirect_url = \(signOut)?post_logout_redirect_uri=\(Self.escaped("\(url)/login"))
        """
    }

    var spring: String {
        let id = ClientProfile.springRegistration
        return """
            spring.security.oauth2.client:
              provider.\(id).issuer-uri: \(issuer.issuer)
              registration.\(id):
                client-id: \(client.id.text)
                client-secret: \(secretText)
                scope: \(scopes.joined(separator: ","))
            # In the SecurityFilterChain, so that who signs out there is signed out here (Spring Security 6.2):
            #   http.oidcLogout(logout -> logout.backChannel(Customizer.withDefaults()))
            # and so that who signs out here is signed out there: an OidcClientInitiatedLogoutSuccessHandler with
            #   setPostLogoutRedirectUri("{baseUrl}")
            """
    }

    /// Its users are told apart by their addresses: the issuer knows no groups.
    var argocd: String {
        """
        # ConfigMap argocd-cm, in data
        url: \(url)
        oidc.config: |
          name: \(Self.argocdName)
          issuer: \(issuer.issuer)
          clientID: \(client.id.text)
          clientSecret: $oidc.\(Self.argocdName).clientSecret
          requestedScopes: [\(scopes.map { "\"\($0)\"" }.joined(separator: ", "))]
          logoutURL: \(signOut)?id_token_hint={{token}}&post_logout_redirect_uri={{logoutRedirectURL}}
        ---
        # Secret argocd-secret, in stringData
        oidc.\(Self.argocdName).clientSecret: \(secretText)
        ---
        # ConfigMap argocd-rbac-cm, in data: there are no groups, and policies name e-mail addresses
        scopes: "[email]"
        """
    }

    private static let argocdName = "jwks-server"

    var mcp: String {
        let uris = client.redirectURIs.map { "\"\($0.text)\"" }.joined(separator: ", ")
        return """
            # The server (Python SDK): MCPServer in 2.x, FastMCP in 1.x
            settings = AuthSettings(
                issuer_url="\(issuer.issuer)",
                resource_server_url="\(url)",
                required_scopes=[\(scopes.map { "\"\($0)\"" }.joined(separator: ", "))],
                validate_token_resource=True,
            )
            # A client: the address of the server, and this
            client = OAuthClientInformationFull(
                client_id="\(client.id.text)",
                redirect_uris=[\(uris)],
                token_endpoint_auth_method="none",
            )
            """
    }
}

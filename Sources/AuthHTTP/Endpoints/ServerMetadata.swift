import AuthCore

/// What an issuer says of itself: RFC 8414 §2 and OpenID Connect Discovery 1.0 §3 in one body. It says only what is true: a
/// member is there when what it tells of answers, and what is not there is left out and never `null`.
package struct ServerMetadata {
    private let issuer: IssuerIdentifier
    private let paths: Set<OAuthPath>

    /// Of an issuer.
    /// - Parameters:
    ///   - issuer: as its tokens name it. Every address is made of it, and none of a request.
    ///   - paths: those that answer.
    package init(issuer: String, paths: Set<OAuthPath>) {
        self.init(issuer: IssuerIdentifier(text: issuer), paths: paths)
    }

    init(issuer: IssuerIdentifier, paths: Set<OAuthPath>) {
        self.issuer = issuer
        self.paths = paths
    }

    /// JSON in UTF-8.
    package var body: [UInt8] { JSONText.object(addresses + signIn + signOut + clients + tokens) }

    private typealias Member = (name: String, value: JSONValue)

    private var addresses: [Member] {
        let endpoints = OAuthPath.allCases.filter(paths.contains).map { path in
            (path.member, JSONValue.string(issuer.origin + path.rawValue))
        }
        return [("issuer", .string(issuer.text))] + endpoints + [("jwks_uri", .string(issuer.keySetURI))]
    }

    /// What a client may send a browser with.
    private var signIn: [Member] {
        guard paths.contains(.authorize) else { return [] }
        return [
            // Short: a client that is told nothing better asks for all of them.
            ("scopes_supported", .words(Scope.ofIssuer.map(\.name))),
            ("response_types_supported", .words(["code"])),
            ("response_modes_supported", .words(ResponseMode.allCases.map(\.rawValue))),
            ("code_challenge_methods_supported", .words(["S256"])),
            ("ui_locales_supported", .words(Language.allCases.map(\.rawValue))),
            ("prompt_values_supported", .words(AuthorizationRequest.Prompt.allCases.map(\.rawValue))),
            ("authorization_response_iss_parameter_supported", .boolean(true)),
            ("claims_parameter_supported", .boolean(false)),
            ("request_parameter_supported", .boolean(false)),
            // Where it is not there, it is true.
            ("request_uri_parameter_supported", .boolean(false)),
        ]
    }

    /// How clients hear that a session ended: OpenID Connect Back-Channel Logout 1.0 §2.1.
    private var signOut: [Member] {
        guard paths.contains(.logout) else { return [] }
        return [
            ("backchannel_logout_supported", .boolean(true)), ("backchannel_logout_session_supported", .boolean(true)),
        ]
    }

    /// How a client proves itself, and what it gets. The first method is the one that some take.
    private var clients: [Member] {
        let (secret, any) = (["client_secret_basic", "client_secret_post"], ["none"])
        var members: [Member] = []
        if paths.contains(.token) {
            let grants: [GrantType] = paths.contains(.authorize) ? GrantType.allCases : [.clientCredentials]
            members += [
                ("grant_types_supported", .words(grants.map(\.rawValue))),
                ("token_endpoint_auth_methods_supported", .words(secret + any)),
            ]
        }
        if paths.contains(.revoke) {
            members.append(("revocation_endpoint_auth_methods_supported", .words(secret + any)))
        }
        if paths.contains(.introspect) {
            members.append(("introspection_endpoint_auth_methods_supported", .words(secret)))
        }
        return members
    }

    private var tokens: [Member] {
        let algorithms: Member = ("id_token_signing_alg_values_supported", .words(["RS256"]))
        guard paths.contains(.authorize), paths.contains(.token) else { return [algorithms] }
        return [("subject_types_supported", .words(["public"])), algorithms, ("claims_supported", .words(Self.claims))]
    }

    /// Those of an ID token and of `/userinfo`. `email_verified` is not among them: nobody verifies.
    private static let claims = [
        "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "amr", "preferred_username", "email",
    ]
}

extension JSONValue {
    fileprivate static func words(_ words: [String]) -> JSONValue { .array(words.map(JSONValue.string)) }
}

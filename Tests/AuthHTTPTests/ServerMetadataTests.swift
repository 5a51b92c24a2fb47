import AuthCore
import AuthHTTP
import Foundation
import Testing

@Suite("What the metadata say") struct ServerMetadataTests {
    private func members(
        _ paths: Set<OAuthPath>, of issuer: String = "https://issuer.example"
    ) throws -> [String: Any] {
        let body = ServerMetadata(issuer: issuer, paths: paths).body
        return try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    }

    @Test("is the whole of it, where everything answers") func whole() throws {
        let all = try members(Set(OAuthPath.allCases))
        let lists: [String: [String]] = [
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "response_types_supported": ["code"], "response_modes_supported": ["query", "form_post"],
            "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "ui_locales_supported": ["en", "de"],
            "prompt_values_supported": ["none", "login", "consent", "select_account"],
            "claims_supported": [
                "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "sid", "amr", "preferred_username",
                "email",
            ],
        ]
        let texts = [
            "issuer": "https://issuer.example", "authorization_endpoint": "https://issuer.example/authorize",
            "token_endpoint": "https://issuer.example/token", "userinfo_endpoint": "https://issuer.example/userinfo",
            "revocation_endpoint": "https://issuer.example/revoke",
            "introspection_endpoint": "https://issuer.example/introspect",
            "end_session_endpoint": "https://issuer.example/logout",
            "jwks_uri": "https://issuer.example/.well-known/jwks.json",
        ]
        let flags = [
            "authorization_response_iss_parameter_supported": true, "claims_parameter_supported": false,
            "request_parameter_supported": false, "request_uri_parameter_supported": false,
            "backchannel_logout_supported": true, "backchannel_logout_session_supported": true,
        ]
        #expect(Set(all.keys) == Set(lists.keys).union(texts.keys).union(flags.keys))
        for (name, list) in lists { #expect(all[name] as? [String] == list, "\(name)") }
        for (name, text) in texts { #expect(all[name] as? String == text, "\(name)") }
        for (name, flag) in flags { #expect(all[name] as? Bool == flag, "\(name)") }
    }

    @Test("is without OAuth what it always was") func none() {
        let body = ServerMetadata(issuer: "https://issuer.example/p", paths: []).body
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"issuer":"https://issuer.example/p","jwks_uri":"https://issuer.example/p/.well-known/jwks.json","#
                + #""id_token_signing_alg_values_supported":["RS256"]}"#)
    }

    @Test("names what answers, and nothing of what does not", arguments: OAuthPath.allCases)
    func without(missing: OAuthPath) throws {
        let names = [
            OAuthPath.authorize: ["authorization_endpoint", "response_types_supported", "claims_supported"],
            .token: ["token_endpoint", "grant_types_supported", "token_endpoint_auth_methods_supported"],
            .userInfo: ["userinfo_endpoint"],
            .revoke: ["revocation_endpoint", "revocation_endpoint_auth_methods_supported"],
            .introspect: ["introspection_endpoint", "introspection_endpoint_auth_methods_supported"],
            .logout: [
                "end_session_endpoint", "backchannel_logout_supported", "backchannel_logout_session_supported",
            ],
        ]
        let all = try members(Set(OAuthPath.allCases))
        let rest = try members(Set(OAuthPath.allCases).subtracting([missing]))
        for name in try #require(names[missing]) { #expect(all[name] != nil && rest[name] == nil, "\(name)") }
        for (path, others) in names where path != missing {
            #expect(rest[others[0]] as? String == all[others[0]] as? String, "\(others[0])")
        }
        #expect(!String(decoding: ServerMetadata(issuer: "https://i", paths: []).body, as: UTF8.self).contains("null"))
    }

    @Test("has its addresses at the issuer's host, whatever its path and port") func path() throws {
        let all = try members(Set(OAuthPath.allCases), of: "https://issuer.example:8443/p")
        #expect(all["token_endpoint"] as? String == "https://issuer.example:8443/token")
        #expect(all["jwks_uri"] as? String == "https://issuer.example:8443/p/.well-known/jwks.json")
    }
}

/// What a client asks the token endpoint for, parsed once.
package struct TokenRequest: Sendable {
    /// The ways to a token that there are.
    enum Way: Sendable {
        /// RFC 6749 §4.1.3, RFC 7636 §4.5.
        case code(hash: [UInt8], redirectURI: String?, verifier: String?)
        /// RFC 6749 §6.
        case refresh(String)
        /// RFC 6749 §4.4.2.
        case clientCredentials
    }

    let way: Way
    /// As it was sent; nil where none was, and with a code, which has its own.
    let scope: String?
    /// RFC 8707 §2.
    let resources: [String]

    /// - Throws: ``AuthError/invalidRequest(_:)``, and ``AuthError/tokenRefused(_:)`` for a `grant_type` that there is not.
    package init(_ parameters: RequestParameters) throws(AuthError) {
        let type = try parameters.required("grant_type")
        resources = parameters.all("resource")
        switch GrantType(rawValue: type) {
        case .authorizationCode:
            way = .code(
                hash: AuthorizationCode.hash(of: try parameters.required("code")),
                redirectURI: try parameters.optional("redirect_uri"),
                verifier: try parameters.optional("code_verifier"))
            scope = nil
        case .refreshToken:
            way = .refresh(try parameters.required("refresh_token"))
            scope = try parameters.optional("scope")
        case .clientCredentials:
            way = .clientCredentials
            scope = try parameters.optional("scope")
        case nil: throw .tokenRefused(.unsupportedGrantType)
        }
    }

    var type: GrantType {
        switch way {
        case .code: .authorizationCode
        case .refresh: .refreshToken
        case .clientCredentials: .clientCredentials
        }
    }
}

extension RequestParameters {
    /// The value of a parameter; nil where there is none.
    /// - Throws: ``AuthError/invalidRequest(_:)`` where it cannot be used.
    package func optional(_ name: String) throws(AuthError) -> String? {
        do { return try value(name) } catch { throw .invalidRequest("\(error)") }
    }

    /// The value of a parameter.
    /// - Throws: ``AuthError/invalidRequest(_:)`` where there is none that can be used.
    package func required(_ name: String) throws(AuthError) -> String {
        guard let value = try optional(name) else { throw .invalidRequest("\(name) is missing") }
        return value
    }
}

import AuthCore

/// Where an answer of the authorization endpoint goes: back to the client, by way of the browser.
package struct AuthorizationRedirect: Sendable {
    private let uri: String
    private let state: String?
    private let issuer: String

    /// - Parameters:
    ///   - uri: the client's own, compared with what it registered; without a fragment (RFC 6749 §3.1.2).
    ///   - state: what the client wants back untouched; nil where it sent none.
    ///   - issuer: the issuer identifier, against mix-up (RFC 9207 §2).
    package init(uri: String, state: String?, issuer: String) {
        self.uri = uri
        self.state = state
        self.issuer = issuer
    }

    /// The URI that says `error`.
    func location(of error: ErrorResponse) -> String {
        // The client never showed who it is here, so it cannot be told that it was wrong about it.
        let code: OAuthErrorCode = error.oauthCode == .invalidClient ? .accessDenied : error.oauthCode
        return location(parameters([("error", code.rawValue), ("error_description", error.oauthDescription)]))
    }

    /// What `answer` says, in the query or in a form: `state` and `iss` are in each.
    func parameters(of answer: AuthorizationAnswer.Content) -> [(name: String, value: String)] {
        switch answer {
        case .code(let code): parameters([("code", code.text)])
        case .error(let error):
            parameters([("error", error.code.rawValue), ("error_description", error.reason)])
        }
    }

    private func parameters(_ own: [(name: String, value: String)]) -> [(name: String, value: String)] {
        own + (state.map { [("state", $0)] } ?? []) + [("iss", issuer)]
    }

    /// The URI with these parameters behind those that it has.
    func location(_ parameters: [(name: String, value: String)]) -> String {
        let query = parameters.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
        let separator = !uri.contains("?") ? "?" : uri.hasSuffix("?") || uri.hasSuffix("&") ? "" : "&"
        return uri + separator + query
    }

    /// Percent-encoded but for the unreserved characters of RFC 3986 §2.3: a reading of
    /// `application/x-www-form-urlencoded` that every parser shares.
    private static func encoded(_ text: String) -> String {
        var output = ""
        for byte in text.utf8 {
            let scalar = Unicode.Scalar(byte)
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", "-", ".", "_", "~": output.unicodeScalars.append(scalar)
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                output += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return output
    }
}

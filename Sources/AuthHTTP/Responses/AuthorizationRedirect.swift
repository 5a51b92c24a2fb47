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
        var parameters = [("error", code.rawValue), ("error_description", error.oauthDescription)]
        if let state { parameters.append(("state", state)) }
        parameters.append(("iss", issuer))
        let query = parameters.map { "\($0)=\(Self.encoded($1))" }.joined(separator: "&")
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

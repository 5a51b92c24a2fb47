// Claims owns what a token says and which of it is believed, as pure functions of bytes and time. It must not know keys
// or where they come from.

/// The `typ` in the header of a token (RFC 7515 §4.1.9, RFC 8725 §3.11).
public enum TokenType: String, CaseIterable, Sendable {
    /// An access token's (RFC 9068 §2.1).
    case accessToken = "at+jwt"
    /// Any JWT's (RFC 7519 §5.1).
    case jwt = "JWT"
    /// The header does not say. Accepted only where it is asked for: some issuers write none.
    case absent = ""

    /// A media type, in any case, with or without `application/` before it (RFC 7515 §4.1.9).
    init?(header text: String) {
        if let type = Self(rawValue: text), type != .absent {
            self = type
            return
        }
        let name = text.lowercased()
        switch name.hasPrefix("application/") ? String(name.dropFirst(12)) : name {
        case "at+jwt": self = .accessToken
        case "jwt": self = .jwt
        default: return nil
        }
    }
}

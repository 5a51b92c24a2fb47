/// The issuer as its tokens name it, and the paths that follow from it.
struct IssuerIdentifier {
    /// As configured: a token's `iss` and the metadata's `issuer` are compared character by character.
    let text: String

    private static let keySet = "/.well-known/jwks.json"
    private static let wellKnown = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"]

    /// Where the JWK Set is.
    var keySetURI: String { withoutTrailingSlash + Self.keySet }

    /// Where a client that knows the issuer looks for its metadata first (Discovery §4).
    var metadataURI: String { withoutTrailingSlash + Self.wellKnown[0] }

    /// Every path of ours that has the JWK Set: the plain one, and below the issuer's own path.
    var keySetPaths: [String] { [Self.keySet] + (path.isEmpty ? [] : [path + Self.keySet]) }

    /// Every path at which someone who knows the issuer may look for its metadata. An issuer with a path has it between
    /// host and path (RFC 8414 §3.1) and behind the path (Discovery §4).
    var metadataPaths: [String] {
        guard !path.isEmpty else { return Self.wellKnown }
        let between = Self.wellKnown.map { $0 + path }
        let behind = path + Self.wellKnown[0]
        return Self.wellKnown + between + (between.contains(behind) ? [] : [behind])
    }

    private var withoutTrailingSlash: String { text.hasSuffix("/") ? String(text.dropLast()) : text }

    /// Scheme, host and port: where `/auth` and the other paths are that do not follow the issuer's own.
    var origin: String { parts.prefix(3).joined(separator: "/") }

    /// Whether browsers reach it over TLS.
    var isSecure: Bool { text.hasPrefix("https://") }

    /// Scheme, nothing, host and the rest.
    private var parts: [Substring] {
        withoutTrailingSlash.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
    }

    /// With its leading and without a trailing slash; empty where the issuer is a host alone.
    private var path: String {
        let parts = parts
        guard parts.count == 4, parts[0].hasSuffix(":"), parts[1].isEmpty else { return "" }
        return parts[3].isEmpty ? "" : "/" + parts[3]
    }
}

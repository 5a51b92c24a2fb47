import HTTPTypes

/// From which origins a script in a browser may read an answer.
enum AllowedOrigins {
    /// Only from ours.
    case own
    /// From any: for what is public anyway. A browser asks first where a script sends a field of its own, as MCP's do.
    case any
    /// From any, after a question of its own where the browser wants one, refusals included: for what is proved in the
    /// request itself. Cookies mean nothing there, and no browser sends them to `*`.
    case anyAsking

    var fields: HTTPFields {
        switch self {
        case .own: [:]
        case .any: Self.ofAny
        case .anyAsking: Self.ofAnyAsking
        }
    }

    private static let ofAny: HTTPFields = [.accessControlAllowOrigin: "*"]
    private static let ofAnyAsking: HTTPFields = [
        .accessControlAllowOrigin: "*", .accessControlExposeHeaders: "WWW-Authenticate, Retry-After",
    ]

    /// The answer to a browser that asks first (Fetch §3.3.5); nil where scripts of others have no business.
    /// - Parameter isAsked: whether the request says for which method it asks.
    func preflight(methods: [HTTPRequest.Method], isAsked: Bool) -> HTTPFields? {
        guard self == .anyAsking || self == .any && isAsked else { return nil }
        return [
            .accessControlAllowOrigin: "*",
            .accessControlAllowMethods: methods.map(\.rawValue).joined(separator: ", "),
            .accessControlAllowHeaders: "Authorization, Content-Type, DPoP, MCP-Protocol-Version",
            .accessControlMaxAge: "7200",
        ]
    }
}

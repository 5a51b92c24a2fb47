import HTTPTypes

/// From which origins a script in a browser may read an answer.
enum AllowedOrigins {
    /// Only from ours.
    case own
    /// From any: for what is public anyway.
    case any

    var fields: HTTPFields {
        switch self {
        case .own: [:]
        case .any: [.accessControlAllowOrigin: "*"]
        }
    }
}

package import AuthCore

/// Why a request is refused: an error of a use case, or one that only HTTP knows.
package enum RequestError: Error {
    case auth(AuthError)
    /// `paths`: those that there are, in the order of the table.
    case notFound(paths: [String])
    case methodNotAllowed(allowed: String)
    /// In bytes.
    case bodyTooLarge(largest: Int)
    /// In bytes.
    case targetTooLong(longest: Int)
    /// `wanted`: the type that the path takes.
    case unsupportedMediaType(wanted: String)
    case malformedHTTP
    /// More than ``RequestSize/head`` bytes, or more fields than anybody sends.
    case headTooLarge
    /// Without TLS, on a port that speaks it.
    case plainHTTP
    /// Of the expectations of RFC 9110 §10.1.1 there is one.
    case expectationFailed
    /// The client closed its side while its request waited: nobody reads this answer.
    case clientGone
    /// Nobody foresaw it, or only an operator can mend it: what it is stands in the log, under the request's id.
    case unexpected
}

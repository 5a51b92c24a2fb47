public import Foundation

/// Fetches a JWK Set over HTTP. It follows no redirect: a 3xx status is answered like any other.
///
/// Any error it throws is a failed fetch. It is cancelled when its time is over, and what it answers later is not heard.
public typealias KeySetTransport = @Sendable (KeySetRequest) async throws -> KeySetResponse

/// A GET request for a JWK Set.
public struct KeySetRequest: Equatable, Sendable {
    /// Where the set is.
    public let url: URL
    /// To be sent as `If-None-Match` (RFC 9110 §13.1.2); nil while there is none.
    public let entityTag: String?
    /// How long the request may take.
    public let timeout: Duration
    /// More bytes of a body need not be read: they are refused.
    public let mostBytes: Int
}

/// The answer to a ``KeySetRequest``.
public struct KeySetResponse: Equatable, Sendable {
    /// Its status code.
    public var status: Int
    /// Its `Cache-Control`, several joined by commas; nil without.
    public var cacheControl: String?
    /// Its `Age`; nil without.
    public var age: String?
    /// Its `ETag`; nil without.
    public var entityTag: String?
    /// Its content.
    public var body: [UInt8]

    /// An answer.
    public init(
        status: Int, cacheControl: String? = nil, age: String? = nil, entityTag: String? = nil, body: [UInt8] = []
    ) {
        self.status = status
        self.cacheControl = cacheControl
        self.age = age
        self.entityTag = entityTag
        self.body = body
    }
}

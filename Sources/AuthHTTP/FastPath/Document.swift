import AuthCore
import Crypto

/// One row of the table of documents that are served from memory: its paths, what is in it, and who may read it.
///
/// This folder owns what is answered on the event loop, from bytes made beforehand. It must not wait for anything: no
/// store, no limiter, no task. Every document has an ordinary route as well, which answers the same bytes.
struct Document: Sendable {
    /// What a document says at one moment.
    struct Content: Equatable, Sendable {
        /// JSON in UTF-8.
        let body: [UInt8]
        /// nil for what no cache may rely on.
        let caching: Caching?
    }

    /// What a cache may do with a document.
    struct Caching: Equatable, Sendable {
        /// A strong entity tag with its quotes (RFC 9110 §8.8.3).
        let entityTag: String
        /// Whole seconds for which the content will not change.
        let maxAge: Int64
    }

    /// Who asked for a document: what key propagation knows of a verifier.
    struct Reader: Equatable, Sendable {
        /// As ``TrustedProxies`` sees it.
        let address: IPAddress
        /// The `User-Agent`; empty where there was none.
        let userAgent: String
    }

    /// All the paths that have this content, each exactly as it is written here.
    let paths: [String]
    /// Of its metrics.
    var label: String { paths.first ?? "" }
    let origins: AllowedOrigins
    /// What it says, by the keys in force and the moment until which the answer must hold.
    let content: @Sendable (KeyRing, Timestamp) -> Content
    /// Told of everyone who was answered, at most once a second for the same reader on one connection.
    let wasRead: (@Sendable (Reader) -> Void)?

    init(
        paths: [String], origins: AllowedOrigins = .own,
        wasRead: (@Sendable (Reader) -> Void)? = nil,
        content: @escaping @Sendable (KeyRing, Timestamp) -> Content
    ) {
        self.paths = paths
        self.origins = origins
        self.wasRead = wasRead
        self.content = content
    }
}

extension Document.Content {
    /// What stays the same for as long as the server runs; its entity tag is made of its bytes.
    init(constant body: [UInt8], maxAge: Duration) {
        let tag = "\"" + Base64URL.text(SHA256.hash(data: body).bytes.prefix(16)) + "\""
        self.init(body: body, caching: Document.Caching(entityTag: tag, maxAge: maxAge.milliseconds / 1000))
    }
}

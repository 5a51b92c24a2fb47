import AuthCore
import HTTPTypes
import Hummingbird

/// One row of the table of paths: who answers which method, and everything about the path that its endpoint need not
/// know.
///
/// This folder owns what holds for every path: 404, 405 with `Allow`, `HEAD`, limits, caches, refusals, request ids and
/// the log. It must not know what a path is for.
final class Route: Sendable {
    /// What a cache may keep of the path's answers.
    enum Cache: Sendable {
        /// What the endpoint says itself.
        case asAnswered
        /// Nothing, refusals included.
        case nothing
    }

    /// Exactly as it stands in the request.
    let path: String
    /// Of the path's metrics: of a document's paths the first.
    let label: String
    /// In the order in which `Allow` names them.
    let methods: [HTTPRequest.Method]
    let endpoint: any Endpoint
    let limit: (any RateLimiter)?
    /// Whether GET counts for the limit, too.
    let readingCounts: Bool
    /// Counts requests with a long target instead: what is kept of them takes room.
    let limitOfLong: (any RateLimiter)?
    let cache: Cache
    let errors: ErrorDialect
    let origins: AllowedOrigins
    /// Whether an answer carries the request's id. The fast path's bytes are made beforehand and cannot; the ordinary route
    /// of a document answers the same.
    let namesRequest: Bool
    /// Whether the connection's event loop itself begins to answer, up to the first wait: where that takes some ten
    /// microseconds whatever is sent, which is less than waking another thread. What may look at a long text of Unicode, or
    /// makes a page, does not belong here, as other connections wait meanwhile; nor does what begins with a read: reads that
    /// come together are carried out together.
    let beginsAtOnce: Bool

    private init(
        path: String, label: String, methods: [HTTPRequest.Method], endpoint: any Endpoint,
        limit: (any RateLimiter)? = nil, readingCounts: Bool = true, limitOfLong: (any RateLimiter)? = nil,
        cache: Cache, errors: ErrorDialect, origins: AllowedOrigins = .own, namesRequest: Bool = true,
        beginsAtOnce: Bool = false
    ) {
        self.path = path
        self.label = label
        self.methods = methods
        self.endpoint = endpoint
        self.limit = limit
        self.readingCounts = readingCounts
        self.limitOfLong = limitOfLong
        self.cache = cache
        self.errors = errors
        self.origins = origins
        self.namesRequest = namesRequest
        self.beginsAtOnce = beginsAtOnce
    }

    /// A path that changes something or gives a secret: limited, and nothing of it is kept.
    static func post(_ path: String, limit: any RateLimiter, errors: ErrorDialect, _ endpoint: any Endpoint) -> Route {
        Route(
            path: path, label: path, methods: [.post], endpoint: endpoint, limit: limit, cache: .nothing,
            errors: errors)
    }

    /// A path of OAuth that scripts of any origin may use. What is counted there is counted by its endpoint.
    static func oauth(
        _ path: String, _ endpoint: any Endpoint, methods: [HTTPRequest.Method] = [.post],
        errors: ErrorDialect = .oauth, beginsAtOnce: Bool = false
    ) -> Route {
        Route(
            path: path, label: path, methods: methods, endpoint: endpoint, cache: .nothing, errors: errors,
            origins: .anyAsking, beginsAtOnce: beginsAtOnce)
    }

    /// A path that only answers.
    /// - Parameter cache: what the endpoint says itself, unless it says nothing.
    static func get(
        _ path: String, cache: Cache = .asAnswered, errors: ErrorDialect, _ endpoint: any Endpoint
    ) -> Route {
        Route(
            path: path, label: path, methods: [.get, .head], endpoint: endpoint, cache: cache,
            errors: errors)
    }

    /// A page for a person, and the forms that come from it; nothing of it is kept.
    /// - Parameters:
    ///   - limit: counts forms alone, unless `readingCounts`.
    ///   - limitOfLong: counts requests with a target of more than 2 KiB instead; nil where `limit` counts them too.
    static func page(
        _ path: String, limit: any RateLimiter, readingCounts: Bool = false, limitOfLong: (any RateLimiter)? = nil,
        _ pages: Pages, _ endpoint: any Endpoint
    ) -> Route {
        Route(
            path: path, label: path, methods: [.get, .post], endpoint: endpoint, limit: limit,
            readingCounts: readingCounts, limitOfLong: limitOfLong, cache: .nothing, errors: .page(pages))
    }

    /// The label of all files of the pages'.
    static let assets = "/assets"

    /// A file of the pages'.
    static func asset(_ asset: PageAsset) -> Route {
        Route(
            path: asset.path, label: assets, methods: [.get, .head], endpoint: asset,
            cache: .asAnswered, errors: .json)
    }

    /// What counts this request.
    func limiter(for request: Request) -> (any RateLimiter)? {
        guard request.method != .get || readingCounts else { return nil }
        return (request.head.path ?? "").utf8.count > Self.longTarget ? limitOfLong ?? limit : limit
    }

    /// Bytes; a client's ordinary authorization request has 500.
    private static let longTarget = 2 * 1_024

    /// The paths of a document, as the ordinary route answers them.
    static func document(_ document: Document, _ keyRing: CurrentKeyRing, _ time: any TimeSource) -> [Route] {
        let endpoint = DocumentEndpoint(document: document, keyRing: keyRing, time: time)
        return document.paths.map { path in
            Route(
                path: path, label: document.label, methods: [.get, .head], endpoint: endpoint,
                cache: .asAnswered, errors: .json, origins: document.origins, namesRequest: false)
        }
    }
}

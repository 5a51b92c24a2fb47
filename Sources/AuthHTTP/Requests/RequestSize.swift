import Hummingbird
import NIOHTTP1

/// How large a request may be, by its path: known with the head, before the path has a row.
struct RequestSize: Sendable {
    /// Of the target, bytes: more is 414.
    let target: Int
    /// Of the body, bytes: more is 413.
    let body: Int

    /// What every head may have, target and fields together, in bytes: what a connection keeps of one that is arriving.
    static let head = 32 * 1_024
    /// The most that any path takes of a body.
    static let largestBody = 32 * 1_024
    /// The largest legitimate body, a name and a password, has a few hundred bytes.
    fileprivate static let usual = RequestSize(target: 8 * 1_024, body: 8 * 1_024)

    private init(target: Int, body: Int) {
        self.target = target
        self.body = body
    }

    /// For a request to `target`, with or without a query.
    /// - Note: `id_token_hint` and `state` are as long as clients like; a form of `/authorize` becomes a target. Of `/logout`
    ///   only another site's does, and its endpoint sees that it can; the page's own form says again what stood in a target.
    init(of target: String) {
        if target.hasPath("/authorize") {
            self = RequestSize(target: 16 * 1_024, body: 15 * 1_024)
        } else if target.hasPath("/logout") {
            self = RequestSize(target: 16 * 1_024, body: Self.largestBody)
        } else {
            self = Self.usual
        }
    }
}

extension String {
    /// Whether this target is `path`, with or without a query.
    fileprivate func hasPath(_ path: String) -> Bool {
        var rest = utf8.makeIterator()
        for byte in path.utf8 { guard rest.next() == byte else { return false } }
        let end = rest.next()
        return end == nil || end == UInt8(ascii: "?")
    }
}

extension Request {
    /// How large it may be.
    var size: RequestSize { RequestSize(of: head.path ?? "") }

    /// - Throws: ``RequestError/targetTooLong(longest:)``.
    func checkTarget() throws(RequestError) {
        // Most have a few hundred bytes: their path is not looked at.
        guard let target = head.path, target.utf8.count > RequestSize.usual.target, target.utf8.count > size.target
        else { return }
        throw .targetTooLong(longest: size.target)
    }
}

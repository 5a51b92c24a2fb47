import AuthCore
import HTTPTypes

/// What the JWK Set is answered with: the same fields on the ordinary route and on the fast path.
struct JWKSetResponse {
    let status: HTTPResponse.Status
    let fields: [(name: String, value: String)]
    let body: [UInt8]

    /// - Parameters:
    ///   - ifNoneMatch: the request's field, all of its lines joined.
    init(_ ring: KeyRing, longestMaxAge: Duration, now: Timestamp, ifNoneMatch: String?) {
        let isKnown = ifNoneMatch.map { Self.matches($0, ring.set.entityTag) } ?? false
        // The fast path serves one rendering for a whole second: what it says must still be true at its end.
        let endOfSecond = Timestamp(seconds: now.seconds + 1)
        var fields: [(name: String, value: String)] = []
        if !isKnown {
            fields = [("Content-Type", "application/json"), ("Content-Length", String(ring.set.body.count))]
        }
        fields += [
            ("ETag", ring.set.entityTag),
            ("Cache-Control", "public, max-age=\(ring.maxAge(atMost: longestMaxAge, now: endOfSecond))"),
            ("Access-Control-Allow-Origin", "*"),
        ]
        status = isKnown ? .notModified : .ok
        body = isKnown ? [] : ring.set.body
        self.fields = fields
    }

    /// Whether an `If-None-Match` names `tag`: by weak comparison, whatever else it lists (RFC 9110 §13.1.2).
    static func matches(_ ifNoneMatch: String, _ tag: String) -> Bool {
        ifNoneMatch.split(separator: ",").contains { entry in
            let entry = entry.trimmingOptionalWhitespace
            return entry == "*" || entry == tag || entry.hasPrefix("W/") && entry.dropFirst(2) == tag
        }
    }
}

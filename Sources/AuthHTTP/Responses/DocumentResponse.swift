import AuthCore
import HTTPTypes

/// What a ``Document`` is answered with: the same status, fields and bytes on the ordinary route and on the fast path.
struct DocumentResponse {
    let status: HTTPResponse.Status
    let fields: HTTPFields
    let body: [UInt8]

    /// - Parameter ifNoneMatch: the request's field, all of its lines joined; nil where it has none.
    init(_ content: Document.Content, ifNoneMatch: String?) {
        let isKnown = ifNoneMatch.map { content.isKnown(by: $0) } ?? false
        // RFC 9110 §15.4.5: a 304 has no content, and no Content-Length to contradict the stored one.
        var fields: HTTPFields =
            isKnown ? [:] : [.contentType: "application/json", .contentLength: String(content.body.count)]
        if let caching = content.caching {
            fields.append(HTTPField(name: .eTag, value: caching.entityTag))
            fields.append(HTTPField(name: .cacheControl, value: "public, max-age=\(caching.maxAge)"))
        }
        status = isKnown ? .notModified : .ok
        body = isKnown ? [] : content.body
        self.fields = fields
    }
}

extension Document.Content {
    /// Whether an `If-None-Match` names this content: by weak comparison, whatever else it lists (RFC 9110 §13.1.2).
    func isKnown(by ifNoneMatch: String) -> Bool {
        guard let tag = caching?.entityTag else { return false }
        return ifNoneMatch.utf8.split(separator: UInt8(ascii: ",")).contains { entry in
            let entry = entry.trimmingOptionalWhitespace
            return entry.elementsEqual("*".utf8) || entry.elementsEqual(tag.utf8)
                || entry.starts(with: "W/".utf8) && entry.dropFirst(2).elementsEqual(tag.utf8)
        }
    }
}

extension Document {
    /// What the document says now. The fast path serves one rendering for a whole second: what it says must still be true
    /// at the end of it, on both paths.
    func content(_ ring: KeyRing, during second: Int64) -> Content { content(ring, Timestamp(seconds: second + 1)) }
}

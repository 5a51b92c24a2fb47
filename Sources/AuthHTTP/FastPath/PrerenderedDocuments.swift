import AuthCore
import HTTPTypes
import Metrics
import NIOCore
import Synchronization

/// The answers that are wanted thousands of times a second, rendered whole, `Date` and all: once for each second and
/// each change of the keys, not once for each request.
final class PrerenderedDocuments: Sendable {
    /// The answers of one document, each a complete HTTP/1.1 response.
    final class Rendered: Sendable {
        let content: Document.Content
        let full: Answer
        /// Without the body.
        let head: Answer
        /// ``full`` where there is nothing to compare.
        let notModified: Answer

        init(content: Document.Content, full: Answer, head: Answer, notModified: Answer) {
            self.content = content
            self.full = full
            self.head = head
            self.notModified = notModified
        }

        func bytes(_ form: FastRequest.Form, closes: Bool) -> ByteBuffer {
            switch form {
            case .full: closes ? full.close : full.keepAlive
            case .head: closes ? head.close : head.keepAlive
            case .notModified: closes ? notModified.close : notModified.keepAlive
            }
        }
    }

    /// A response for a connection that goes on, and for one that ends with it.
    struct Answer: Sendable {
        let keepAlive: ByteBuffer
        let close: ByteBuffer
    }

    /// What all documents answer during one second.
    final class Second: Sendable {
        /// Since 1970.
        let number: Int64
        /// In the order of the table.
        let rendered: [Rendered]

        init(_ number: Int64, _ rendered: [Rendered]) {
            self.number = number
            self.rendered = rendered
        }

        /// Whether `request` was read by the entity tag that its document still has.
        func isCurrent(_ request: FastRequest) -> Bool {
            rendered[request.place].content.caching?.entityTag == request.entityTag
        }

        /// Which answer `request` gets: one that was read by an older entity tag the whole document.
        func form(of request: FastRequest) -> FastRequest.Form {
            request.form == .notModified && !isCurrent(request) ? .full : request.form
        }
    }

    /// What counts the answers of one document.
    private struct Answers {
        let full: Counter
        let head: Counter
        let notModified: Counter
    }

    private struct Cache {
        var second: Second?
        /// Counts the rings: what was rendered from an older one is not kept.
        var rings = 0
    }

    /// The table: a request names a document by its place here.
    let documents: [Document]
    private let places: [String: Int]
    /// Bytes of the longest path: a longer one is not hashed, which for text that is not ASCII takes long.
    private let longestPath: Int
    private let keyRing: CurrentKeyRing
    private let time: any TimeSource
    private let answers: [Answers]
    private let cache = Mutex(Cache())

    init(_ documents: [Document], keyRing: CurrentKeyRing, time: any TimeSource, metrics: HTTPMetrics) {
        self.documents = documents
        places = Dictionary(
            uniqueKeysWithValues: documents.enumerated().flatMap { place, document in
                document.paths.map { ($0, place) }
            })
        longestPath = places.keys.map(\.utf8.count).max() ?? 0
        self.keyRing = keyRing
        self.time = time
        answers = documents.map(\.label).map { label in
            Answers(
                full: metrics.answers(label, .get, 200), head: metrics.answers(label, .head, 200),
                notModified: metrics.answers(label, .get, 304))
        }
        keyRing.observe { [weak self] _ in
            self?.cache.withLock { cache in
                cache.second = nil
                cache.rings += 1
            }
        }
    }

    /// Where in the table the document with exactly this path is.
    func place(of path: String) -> Int? { path.utf8.count <= longestPath ? places[path] : nil }

    /// The answers of this second; nil before the first key.
    func current() -> Second? {
        let now = time.now
        let (known, rings) = cache.withLock { ($0.second, $0.rings) }
        if let known, known.number == now.seconds { return known }
        guard let ring = keyRing.current else { return nil }
        let date = httpDate(now)
        let fresh = Second(now.seconds, documents.map { Self.render($0, ring, now.seconds, date) })
        cache.withLock { if $0.rings == rings { $0.second = fresh } }
        return fresh
    }

    /// The answer to `request` in `second`, counted.
    /// - Parameter closes: whether the connection ends with it.
    func answer(_ request: FastRequest, in second: Second, closes: Bool) -> ByteBuffer {
        let form = second.form(of: request)
        let counted = answers[request.place]
        switch form {
        case .full: counted.full.increment()
        case .head: counted.head.increment()
        case .notModified: counted.notModified.increment()
        }
        return second.rendered[request.place].bytes(form, closes: closes)
    }

    private static func render(_ document: Document, _ ring: KeyRing, _ second: Int64, _ date: String) -> Rendered {
        func answer(_ response: DocumentResponse, withBody: Bool = true) -> Answer {
            var fields = response.fields
            fields.append(contentsOf: document.origins.fields)
            fields.append(HTTPField(name: .date, value: date))
            let head = HTTPResponse(status: response.status, headerFields: fields)
            let body = withBody ? ByteBuffer(bytes: response.body) : ByteBuffer()
            return Answer(keepAlive: head.message(body), close: head.message(body, saysClose: true))
        }
        let content = document.content(ring, during: second)
        let all = DocumentResponse(content, ifNoneMatch: nil)
        let full = answer(all)
        return Rendered(
            content: content, full: full, head: answer(all, withBody: false),
            notModified: content.caching.map { answer(DocumentResponse(content, ifNoneMatch: $0.entityTag)) } ?? full)
    }
}

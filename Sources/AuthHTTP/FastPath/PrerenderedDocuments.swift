package import AuthCore
import HTTPTypes
package import Metrics
import NIOCore
import Synchronization

/// The answers that are wanted thousands of times a second, rendered whole, `Date` and all: once for each second and
/// each change of the keys, not once for each request.
package final class PrerenderedDocuments: Sendable {
    /// What can be asked for.
    enum Document: Int, CaseIterable {
        case ping, set, setHead, setNotModified
    }

    /// One second's answers. Each is a complete HTTP/1.1 response.
    final class Rendered: Sendable {
        /// Since 1970.
        let second: Int64
        let entityTag: String
        private let answers: [Answer]

        init(second: Int64, entityTag: String, _ answer: (Document) -> Answer) {
            self.second = second
            self.entityTag = entityTag
            answers = Document.allCases.map(answer)
        }

        /// - Parameter closes: for a connection that ends with this answer.
        func answer(_ document: Document, closes: Bool) -> ByteBuffer {
            closes ? answers[document.rawValue].close : answers[document.rawValue].keepAlive
        }
    }

    /// A response for a connection that goes on, and for one that ends with it.
    struct Answer: Sendable {
        let keepAlive: ByteBuffer
        let close: ByteBuffer
    }

    package static let pingBody = JSONText.object([("message", .string("project 3 jwks server alive"))])

    private let keyRing: CurrentKeyRing
    private let longestMaxAge: Duration
    private let time: any TimeSource
    let verifiers: KeyPropagationTracker
    private let served: Counter
    private let rendered = Mutex<Rendered?>(nil)

    package init(
        keyRing: CurrentKeyRing, longestMaxAge: Duration, time: any TimeSource, verifiers: KeyPropagationTracker,
        metrics: any MetricsFactory
    ) {
        self.keyRing = keyRing
        self.longestMaxAge = longestMaxAge
        self.time = time
        self.verifiers = verifiers
        served = Counter(label: "jwks_fast_responses_total", factory: metrics)
        keyRing.observe { [weak self] _ in self?.rendered.withLock { $0 = nil } }
    }

    /// The answers of this second; nil before the first key.
    func current() -> Rendered? {
        let now = time.now
        if let rendered = rendered.withLock({ $0 }), rendered.second == now.seconds { return rendered }
        guard let ring = keyRing.current else { return nil }
        let fresh = render(ring, now)
        // A ring published in the meantime emptied the cache; what is stored here lives for a second at most.
        rendered.withLock { $0 = fresh }
        return fresh
    }

    func countAnswer() { served.increment() }

    private func render(_ ring: KeyRing, _ now: Timestamp) -> Rendered {
        let date = ("Date", httpDate(now))
        func answer(_ status: HTTPResponse.Status, _ fields: [(String, String)], _ body: [UInt8]) -> Answer {
            func bytes(_ extra: [(String, String)]) -> ByteBuffer {
                var text = "HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n"
                for (name, value) in fields + [date] + extra { text += "\(name): \(value)\r\n" }
                var buffer = ByteBuffer(string: text + "\r\n")
                buffer.writeBytes(body)
                return buffer
            }
            return Answer(keepAlive: bytes([]), close: bytes([("Connection", "close")]))
        }
        func set(_ ifNoneMatch: String?, withBody: Bool = true) -> Answer {
            let response = JWKSetResponse(ring, longestMaxAge: longestMaxAge, now: now, ifNoneMatch: ifNoneMatch)
            return answer(response.status, response.fields.map { ($0.name, $0.value) }, withBody ? response.body : [])
        }
        let pingFields = [("Content-Type", "application/json"), ("Content-Length", String(Self.pingBody.count))]
        return Rendered(second: now.seconds, entityTag: ring.set.entityTag) { document in
            switch document {
            case .ping: answer(.ok, pingFields, Self.pingBody)
            case .set: set(nil)
            case .setHead: set(nil, withBody: false)
            case .setNotModified: set(ring.set.entityTag)
            }
        }
    }
}

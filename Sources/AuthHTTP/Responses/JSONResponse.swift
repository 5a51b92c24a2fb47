import HTTPTypes
import Hummingbird
import NIOCore

/// This folder owns how an answer is written: bodies, fields, and the table of errors. It must not decide what is
/// answered, and knows no path.
extension Response {
    /// A JSON body.
    init(status: HTTPResponse.Status, json: [UInt8]) {
        let headers: HTTPFields = [.contentType: "application/json", .contentLength: String(json.count)]
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }

    /// JSON with a token or with what is known of a user: no cache keeps it, none of HTTP/1.0 either (RFC 6749 §5.1).
    init(secret json: [UInt8]) {
        self.init(status: .ok, json: json)
        headers[.pragma] = "no-cache"
    }

    /// A 204, which has no body and no Content-Length (RFC 9110 §8.6).
    init(empty status: HTTPResponse.Status) {
        self.init(status: status, body: ResponseBody(contentLength: nil) { writer in try await writer.finish(nil) })
    }

    /// A refusal.
    init(_ refusal: ErrorDialect.Rendered) {
        self.init(
            status: refusal.status, headers: refusal.fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: refusal.body)))
    }

    /// A document; a 304 has no body, and no Content-Length.
    init(_ document: DocumentResponse) {
        let body =
            document.status == .notModified
            ? ResponseBody(contentLength: nil) { writer in try await writer.finish(nil) }
            : ResponseBody(byteBuffer: ByteBuffer(bytes: document.body))
        self.init(status: document.status, headers: document.fields, body: body)
    }
}

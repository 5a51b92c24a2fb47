import AuthCore
import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A JSON body; `fields` come after Content-Type and Content-Length.
    init(status: HTTPResponse.Status, json: [UInt8], fields: HTTPFields = [:]) {
        var headers: HTTPFields = [.contentType: "application/json", .contentLength: String(json.count)]
        for field in fields { headers.append(field) }
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }

    /// The RFC 6749 §5.2 shape, on every path.
    init(_ refusal: ErrorResponse, fields: HTTPFields = [:]) {
        let answer = refusal.answer
        var all = answer.fields
        for field in fields { all.append(field) }
        self.init(status: answer.status, json: answer.json, fields: all)
    }
}

extension ErrorResponse.Answer {
    var json: [UInt8] { JSONText.object([("error", .string(code)), ("error_description", .string(sentence))]) }
}

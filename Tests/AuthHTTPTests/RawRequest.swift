/// The bytes of requests that no client library would send.
enum RawRequest {
    /// A request without a body, or the head of one.
    static func head(
        _ method: String, _ target: String, _ fields: [String] = [], host: String? = "Host: localhost",
        version: String = "1.1"
    ) -> [UInt8] {
        let lines = ["\(method) \(target) HTTP/\(version)"] + (host.map { [$0] } ?? []) + fields
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    static func get(_ target: String, _ fields: [String] = []) -> [UInt8] { head("GET", target, fields) }

    /// A POST with its length; `type` nil leaves Content-Type out.
    static func post(
        _ target: String, _ body: [UInt8], type: String? = "application/json", _ fields: [String] = []
    ) -> [UInt8] {
        let type = type.map { ["Content-Type: \($0)"] } ?? []
        return head("POST", target, type + ["Content-Length: \(body.count)"] + fields) + body
    }

    static func post(
        _ target: String, _ body: String, type: String? = "application/json", _ fields: [String] = []
    ) -> [UInt8] {
        post(target, Array(body.utf8), type: type, fields)
    }

    /// A POST whose length nobody says beforehand.
    static func chunked(_ target: String, _ chunks: [String], _ fields: [String] = []) -> [UInt8] {
        let fields = ["Content-Type: application/json", "Transfer-Encoding: chunked"] + fields
        let body = chunks.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }.joined()
        return head("POST", target, fields) + Array((body + "0\r\n\r\n").utf8)
    }

    static func logIn(
        _ username: String, _ password: String, target: String = "/auth", _ fields: [String] = []
    ) -> [UInt8] {
        post(target, #"{"username":"\#(username)","password":"\#(password)"}"#, fields)
    }
}

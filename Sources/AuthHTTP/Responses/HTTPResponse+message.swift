import HTTPTypes
import NIOCore

extension HTTPResponse {
    /// This answer with `body` as HTTP/1.1 sends it (RFC 9112 §2.1), in one piece. No field ends its line early: HTTPTypes
    /// has put a space for each byte that would.
    /// - Parameter saysClose: whether it tells that it is the connection's last.
    func message(_ body: ByteBuffer, saysClose: Bool = false) -> ByteBuffer {
        let (status, fields) = (status, headerFields)
        // Otherwise there is no content, and no length of it (RFC 9110 §8.6, §15.3.5, §15.4.5).
        let mayHaveContent = status.code >= 200 && status != .noContent && status != .notModified
        // More than the fields of most answers have.
        var message = ByteBufferAllocator().buffer(capacity: 512 + body.readableBytes)
        message.writeStaticString("HTTP/1.1 ")
        message.write(String(status.code), " ", line: status.reasonPhrase)
        for field in fields where mayHaveContent || field.name != .contentLength {
            field.withUnsafeBytesOfValue { message.write(field.name.rawName, ": ", line: UnsafeRawBufferPointer($0)) }
        }
        if saysClose { message.write("Connection", ": ", line: "close") }
        message.writeStaticString("\r\n")
        message.writeImmutableBuffer(body)
        return message
    }
}

extension ErrorResponse {
    /// The refusal of what cannot be read as a request, in one piece: the connection's last answer.
    var message: ByteBuffer {
        let json = json
        let head = HTTPResponse(
            status: status, headerFields: [.contentType: "application/json", .contentLength: String(json.count)])
        return head.message(ByteBuffer(bytes: json), saysClose: true)
    }
}

extension ByteBuffer {
    private static let endOfLine: StaticString = "\r\n"

    fileprivate mutating func write(_ begin: String, _ separator: StaticString, line rest: String) {
        var rest = rest
        rest.withUTF8 { write(begin, separator, line: UnsafeRawBufferPointer($0)) }
    }

    /// The parts and the end of their line, at once: one by one they take longer than to be copied.
    fileprivate mutating func write(_ begin: String, _ separator: StaticString, line rest: UnsafeRawBufferPointer) {
        var begin = begin
        begin.withUTF8 { begin in
            let length = begin.count + separator.utf8CodeUnitCount + rest.count + 2
            _ = writeWithUnsafeMutableBytes(minimumWritableBytes: length) { space in
                var space = space
                space.write(UnsafeRawBufferPointer(begin))
                separator.withUTF8Buffer { space.write(UnsafeRawBufferPointer($0)) }
                space.write(rest)
                Self.endOfLine.withUTF8Buffer { space.write(UnsafeRawBufferPointer($0)) }
                return length
            }
        }
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Copies `part` to the beginning, and is what is behind it then.
    fileprivate mutating func write(_ part: UnsafeRawBufferPointer) {
        copyMemory(from: part)
        self = UnsafeMutableRawBufferPointer(rebasing: self[part.count...])
    }
}

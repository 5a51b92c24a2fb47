import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

extension Request {
    /// The whole body, of one media type, no larger than its path takes, and there within the connection's deadline.
    /// - Parameter type: in lower case; a parameter behind it, such as `charset`, is passed over.
    /// - Throws: ``RequestError``.
    func smallBody(of type: String) async throws -> ByteBuffer {
        let largest = size.body
        guard isOf(type) else { throw RequestError.unsupportedMediaType(wanted: type) }
        // The decoder has checked that it is a number: one that no integer holds is too much as well.
        if let length = headers.value(of: .contentLength), (Int(length) ?? .max) > largest {
            throw RequestError.bodyTooLarge(largest: largest)
        }
        do {
            // Nearly always it is one part, and is not copied.
            var whole = ByteBuffer()
            for try await part in body {
                guard whole.readableBytes + part.readableBytes <= largest else {
                    throw RequestError.bodyTooLarge(largest: largest)
                }
                if whole.readableBytes == 0 { whole = part } else { whole.writeImmutableBuffer(part) }
            }
            return whole
        } catch is HTTPParserError {
            throw RequestError.malformedHTTP
        }
    }

    /// Whether the body is of this media type.
    /// - Parameter type: as of ``smallBody(of:)``.
    func isOf(_ type: String) -> Bool {
        guard let field = headers.value(of: .contentType) else { return false }
        // By bytes: as texts they would be normalised first, which takes long where somebody has made it long.
        return field.utf8.elementsEqual(type.utf8)
            || field.utf8.prefix { $0 != UInt8(ascii: ";") }.trimmingOptionalWhitespace.equalsIgnoringCase(type.utf8)
    }
}

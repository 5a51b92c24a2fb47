import AuthCore
import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1

/// The body of a POST: JSON, small, and there within the connection's deadline.
///
/// This folder owns how a request is read: bodies, fields, addresses, ids. It must not decide what is answered.
enum JSONBody {
    /// Bytes; the largest legitimate body, a name and a password, has a few hundred.
    static let largest = 8 * 1024

    /// The object in the body of `request`.
    /// - Throws: ``RequestError``, ``AuthError/invalidRequest(_:)``.
    static func object(of request: Request) async throws -> JSONObject {
        guard isJSON(request.headers[.contentType]) else { throw RequestError.unsupportedMediaType }
        // The decoder has checked that it is a number: one that no integer holds is too much as well.
        if let length = request.headers[.contentLength], (Int(length) ?? .max) > largest {
            throw RequestError.bodyTooLarge
        }
        do {
            let body = try await request.body.collect(upTo: largest)
            return try JSONObject(body.readableBytesView)
        } catch is NIOTooManyBytesError {
            throw RequestError.bodyTooLarge
        } catch is HTTPParserError {
            throw RequestError.malformedHTTP
        }
    }

    private static func isJSON(_ contentType: String?) -> Bool {
        let wanted = "application/json".utf8
        guard let type = contentType?.utf8.prefix(while: { $0 != UInt8(ascii: ";") }).trimmingOptionalWhitespace,
            type.count == wanted.count
        else { return false }
        return zip(type, wanted).allSatisfy { $0 == $1 || (0x41...0x5A).contains($0) && $0 | 0x20 == $1 }
    }
}

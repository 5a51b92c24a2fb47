import Foundation

/// A token in the compact serialisation (RFC 7515 §7.1), cut in its three parts, of which none is copied. Nothing of it is
/// believed yet.
package struct CompactJWS: Sendable {
    private let text: String
    private let endOfHeader: Int
    private let endOfPayload: Int

    /// nil unless `token` has exactly three parts and at most `mostBytes` bytes.
    package init?(_ token: String, mostBytes: Int) {
        let ends = token.utf8.span.withUnsafeBufferPointer { bytes -> (Int, Int)? in
            guard bytes.count <= mostBytes, let first = Self.dot(in: bytes, from: 0),
                let second = Self.dot(in: bytes, from: first + 1), Self.dot(in: bytes, from: second + 1) == nil
            else { return nil }
            return (first, second)
        }
        guard let ends else { return nil }
        (endOfHeader, endOfPayload) = ends
        text = token
    }

    private static func dot(in bytes: UnsafeBufferPointer<UInt8>, from begin: Int) -> Int? {
        guard let base = UnsafeRawPointer(bytes.baseAddress), begin < bytes.count else { return nil }
        return memchr(base + begin, 0x2E, bytes.count - begin).map { UnsafeRawPointer($0) - base }
    }

    /// The header as it was sent.
    package var encodedHeader: Substring.UTF8View { text.utf8.prefix(endOfHeader) }
    /// The payload; nil where it is not base64url.
    package var payload: [UInt8]? { withPayload { $0.map { Array($0) } } }

    /// What `read` makes of the header, or of nil where it is not base64url.
    func withHeader<Value, Failure: Error>(
        _ read: (UnsafeBufferPointer<UInt8>?) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try with { bytes throws(Failure) in
            try StrictBase64URL.withBytes(UnsafeBufferPointer(rebasing: bytes[..<endOfHeader]), read)
        }
    }

    /// What `read` makes of the payload, or of nil where it is not base64url.
    func withPayload<Value, Failure: Error>(
        _ read: (UnsafeBufferPointer<UInt8>?) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try with { bytes throws(Failure) in
            try StrictBase64URL.withBytes(UnsafeBufferPointer(rebasing: bytes[endOfHeader + 1..<endOfPayload]), read)
        }
    }

    /// Whether this key signed it (RFC 7515 §5.2).
    package func isSigned(by key: VerificationKey) -> Bool {
        with { bytes in
            let input = UnsafeBufferPointer(rebasing: bytes[..<endOfPayload])
            let signature = UnsafeBufferPointer(rebasing: bytes[(endOfPayload + 1)...])
            return StrictBase64URL.withBytes(signature) { $0.map { key.isValid($0, over: input) } ?? false }
        }
    }

    private func with<Value, Failure: Error>(
        _ read: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let span = text.utf8.span
        return try span.withUnsafeBufferPointer(read)
    }
}

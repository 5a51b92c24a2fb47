import Foundation

/// A token in the compact serialisation (RFC 7515 §7.1), cut in its three parts. Nothing of it is believed yet.
package struct CompactJWS: Sendable {
    private let bytes: [UInt8]
    private let endOfHeader: Int
    private let endOfPayload: Int

    /// nil unless `token` has exactly three parts and at most `mostBytes` bytes.
    package init?(_ token: String, mostBytes: Int) {
        guard token.utf8.count <= mostBytes else { return nil }
        bytes = Array(token.utf8)
        let dots = bytes.withUnsafeBytes { bytes in
            func dot(from begin: Int) -> Int? {
                guard let base = bytes.baseAddress, begin < bytes.count else { return nil }
                return memchr(base + begin, 0x2E, bytes.count - begin).map { UnsafeRawPointer($0) - base }
            }
            let first = dot(from: 0)
            let second = first.flatMap { dot(from: $0 + 1) }
            return (first, second, third: second.flatMap { dot(from: $0 + 1) })
        }
        guard case (let first?, let second?, nil) = dots else { return nil }
        (endOfHeader, endOfPayload) = (first, second)
    }

    /// The header as it was sent.
    package var encodedHeader: ArraySlice<UInt8> { bytes[..<endOfHeader] }
    /// The header; nil where it is not base64url.
    package var header: [UInt8]? { StrictBase64URL.bytes(encodedHeader) }
    /// The payload; nil where it is not base64url.
    package var payload: [UInt8]? { StrictBase64URL.bytes(bytes[(endOfHeader + 1)..<endOfPayload]) }
    /// The signature; nil where it is not base64url.
    package var signature: [UInt8]? { StrictBase64URL.bytes(bytes[(endOfPayload + 1)...]) }
    /// What is signed (RFC 7515 §5.1).
    package var signingInput: ArraySlice<UInt8> { bytes[..<endOfPayload] }

    /// Whether this key signed it.
    package func isSigned(by key: VerificationKey) -> Bool {
        signature.map { key.isValid($0, over: signingInput) } ?? false
    }
}

import NIOCore

/// The requests that the fast path answered last, by their bytes; bounded, one for each event loop.
///
/// Clients of a JWK Set send the same hundred bytes for ever. Where a connection has sent nothing but whole requests, the
/// same bytes parse to the same request: a comparison of memory stands for the parser and its allocations, which is a
/// sixth of what a request costs.
struct RequestBytesCache {
    /// Longer requests are parsed each time, bytes.
    static let longest = 1_024
    private static let count = 64

    private final class Known {
        let bytes: [UInt8]
        let request: FastRequest

        init(_ bytes: [UInt8], _ request: FastRequest) {
            self.bytes = bytes
            self.request = request
        }
    }

    /// Each request has one place, which the next one with the same hash takes from it.
    private var places = [Known?](repeating: nil, count: count)

    /// What these bytes are, the whole request; nil for what was not remembered.
    func request(_ bytes: ByteBuffer) -> FastRequest? {
        bytes.withUnsafeReadableBytes { bytes in
            guard bytes.count <= Self.longest, let known = places[Self.place(bytes)],
                known.bytes.elementsEqual(bytes)
            else { return nil }
            return known.request
        }
    }

    mutating func remember(_ bytes: ByteBuffer, as request: FastRequest) {
        guard bytes.readableBytes <= Self.longest else { return }
        let place = bytes.withUnsafeReadableBytes(Self.place)
        places[place] = Known([UInt8](bytes.readableBytesView), request)
    }

    /// Eight bytes at a time: equality is decided by the bytes, this only has to spread them.
    private static func place(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hash = UInt64(truncatingIfNeeded: bytes.count)
        var offset = 0
        while offset + 8 <= bytes.count {
            hash = (hash ^ bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash >> 32
            offset += 8
        }
        return Int(hash % UInt64(count))
    }
}

/// Adds up what the chunks of a body announce (RFC 9112 §7.1), as its bytes pass by: the decoder says nothing of a chunk
/// before its data come, which a client may leave us waiting for. Whether the body is well-formed is for the decoder to
/// say; where this reader loses its place it stops.
package struct ChunkSizes: Sendable {
    private enum Place: Equatable {
        case size(hasDigits: Bool)
        case extensions
        case data
        case dataEnd
        /// Trailers, or nothing that this reader understands.
        case end
    }

    /// Sizes and line ends of single bytes take five times as much again; extensions are nobody's.
    private static let framing = 8

    private let limit: UInt64
    private var place = Place.size(hasDigits: false)
    private var size: UInt64 = 0
    private var announced: UInt64 = 0
    private var bytes: UInt64 = 0
    private var remaining: UInt64 = 0

    /// At the first byte of a body.
    /// - Parameter limit: bytes that a body may have, without the framing.
    package init(limit: Int) { self.limit = UInt64(limit) }

    /// Reads on.
    /// - Returns: whether the chunks announced more than the limit, or came with much more framing than that.
    package mutating func exceedsLimit(after part: some Collection<UInt8>) -> Bool {
        bytes += UInt64(part.count)
        var rest = part[...]
        while place != .end, let byte = rest.first {
            if place == .data {
                let read = min(remaining, UInt64(rest.count))
                rest = rest.dropFirst(Int(read))
                remaining -= read
                if remaining == 0 { place = .dataEnd }
                continue
            }
            rest = rest.dropFirst()
            step(byte)
            if announced > limit { return true }
        }
        return place != .end && bytes > limit * UInt64(Self.framing)
    }

    private mutating func step(_ byte: UInt8) {
        switch place {
        case .size(let hasDigits):
            if byte < 0x80, let digit = Character(Unicode.Scalar(byte)).hexDigitValue {
                let (shifted, overflow) = size.multipliedReportingOverflow(by: 16)
                size = shifted | UInt64(digit)
                place = overflow ? .end : .size(hasDigits: true)
            } else {
                // Tabs and spaces are for the decoder to judge.
                let endsSize = hasDigits && "\r; \t".utf8.contains(byte)
                guard endsSize else {
                    place = .end
                    return
                }
                announced = announced.addingReportingOverflow(size).overflow ? .max : announced + size
                place = .extensions
            }
        case .extensions:
            guard byte == UInt8(ascii: "\n") else { return }
            (remaining, size) = (size, 0)
            place = remaining == 0 ? .end : .data
        case .dataEnd:
            guard byte == UInt8(ascii: "\n") else { return }
            place = .size(hasDigits: false)
        case .data, .end: break
        }
    }
}

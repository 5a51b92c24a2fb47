import CLibPQ

/// A parameter. Always bound, never part of a statement's text.
enum Parameter: Sendable {
    case null
    case integer(Int64)
    case text(String)
    case bytes([UInt8])

    static func optional(_ number: Int64?) -> Parameter { number.map(Parameter.integer) ?? .null }
    static func optional(_ text: String?) -> Parameter { text.map(Parameter.text) ?? .null }
}

/// Parameters in libpq's form: one buffer, and where in it each value begins.
struct EncodedParameters {
    private var buffer: [CChar] = []
    private var starts: [Int?] = []
    private(set) var lengths: [Int32] = []
    /// 0 for text, 1 for binary.
    private(set) var formats: [Int32] = []

    init(_ values: [Parameter]) {
        for value in values {
            switch value {
            case .null: append(nil, format: 0)
            case .integer(let number): append(String(number).utf8, format: 0)
            case .text(let text): append(text.utf8, format: 0)
            case .bytes(let bytes): append(bytes, format: 1)
            }
        }
    }

    private mutating func append(_ bytes: (some Sequence<UInt8>)?, format: Int32) {
        guard let bytes else {
            starts.append(nil)
            lengths.append(0)
            formats.append(0)
            return
        }
        starts.append(buffer.count)
        buffer.append(contentsOf: bytes.lazy.map { CChar(bitPattern: $0) })
        lengths.append(Int32(buffer.count - (starts.last.flatMap { $0 } ?? 0)))
        formats.append(format)
        buffer.append(0)
    }

    private mutating func append(_ none: Never?, format: Int32) { append([UInt8]?.none, format: format) }

    func withPointers<Result>(_ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
        buffer.withUnsafeBufferPointer { buffer in
            body(starts.map { start in start.flatMap { offset in buffer.baseAddress.map { $0 + offset } } })
        }
    }
}

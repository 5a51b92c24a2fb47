import AuthSQL

/// Values in libpq's form: one buffer, and where in it each value begins.
struct EncodedParameters {
    private var buffer: [CChar] = []
    private var starts: [Int?] = []
    private(set) var lengths: [Int32] = []
    /// 0 for text, 1 for binary.
    private(set) var formats: [Int32] = []

    init(_ values: [SQLValue]) {
        for value in values {
            switch value {
            case .null: appendNull()
            case .integer(let number): append(String(number).utf8, format: 0)
            case .real(let number): append(String(number).utf8, format: 0)
            case .text(let text): append(text.utf8, format: 0)
            case .bytes(let bytes): append(bytes, format: 1)
            }
        }
    }

    private mutating func append(_ bytes: some Collection<UInt8>, format: Int32) {
        starts.append(buffer.count)
        buffer.append(contentsOf: bytes.lazy.map { CChar(bitPattern: $0) })
        lengths.append(Int32(bytes.count))
        formats.append(format)
        buffer.append(0)
    }

    private mutating func appendNull() {
        starts.append(nil)
        lengths.append(0)
        formats.append(0)
    }

    func withPointers<Result>(_ body: ([UnsafePointer<CChar>?]) -> Result) -> Result {
        buffer.withUnsafeBufferPointer { buffer in
            body(starts.map { start in start.flatMap { offset in buffer.baseAddress.map { $0 + offset } } })
        }
    }
}

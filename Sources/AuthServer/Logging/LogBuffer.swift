/// Whole lines that wait to be written, at most so many bytes of them: a pure value.
///
/// What does not fit is dropped and counted, and so is everything after it until the buffer was emptied: the gap is in
/// one place, and the count stands there.
package struct LogBuffer: Sendable {
    /// What is to be written next.
    package struct Chunk: Equatable, Sendable {
        /// Whole lines, in their order.
        package var lines: [UInt8]
        /// How many lines are missing after them.
        package var dropped: Int
    }

    private let capacity: Int
    private var chunk = Chunk(lines: [], dropped: 0)

    /// - Parameter capacity: in bytes.
    package init(capacity: Int) { self.capacity = capacity }

    /// Whether there is nothing to write.
    package var isEmpty: Bool { chunk.lines.isEmpty && chunk.dropped == 0 }

    /// Takes a line with its line end, or counts it.
    /// - Returns: whether it was taken.
    @discardableResult
    package mutating func append(_ line: [UInt8]) -> Bool {
        guard chunk.dropped == 0, line.count <= capacity - chunk.lines.count else {
            chunk.dropped += 1
            return false
        }
        chunk.lines += line
        return true
    }

    /// Everything that waits; empty afterwards.
    package mutating func take() -> Chunk {
        defer { chunk = Chunk(lines: [], dropped: 0) }
        return chunk
    }
}

import AuthServer
import Testing

@Suite("LogBuffer") struct LogBufferTests {
    private func line(_ text: String) -> [UInt8] { Array("\(text)\n".utf8) }

    private func expect(_ buffer: inout LogBuffer, _ lines: [String], dropped: Int) {
        let chunk = buffer.take()
        #expect(chunk.lines == lines.flatMap(line) && chunk.dropped == dropped)
    }

    @Test("keeps the order, and is empty after it was taken") func order() {
        var buffer = LogBuffer(capacity: 100)
        #expect(buffer.isEmpty)
        for text in ["one", "two", "three"] { buffer.append(line(text)) }
        expect(&buffer, ["one", "two", "three"], dropped: 0)
        #expect(buffer.isEmpty)
        expect(&buffer, [], dropped: 0)
    }

    @Test("takes what fits to the byte, and counts the rest", arguments: [(7, 1), (8, 2), (11, 2), (12, 3)])
    func bound(_ capacity: Int, _ kept: Int) {
        var buffer = LogBuffer(capacity: capacity)
        for text in ["one", "two", "six"] { buffer.append(line(text)) }
        let chunk = buffer.take()
        #expect(chunk.lines.count == 4 * kept && chunk.dropped == 3 - kept)
    }

    @Test("has its gap in one place: nothing is taken after a line was dropped until all was taken") func gap() {
        var buffer = LogBuffer(capacity: 10)
        buffer.append(line("one"))
        buffer.append(line("much too long"))
        buffer.append(line("two"))
        expect(&buffer, ["one"], dropped: 2)
        buffer.append(line("six"))
        expect(&buffer, ["six"], dropped: 0)
    }
}

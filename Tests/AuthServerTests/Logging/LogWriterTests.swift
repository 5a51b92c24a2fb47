import AuthServer
import Foundation
import Glibc
import Testing

@Suite("LogWriter", .timeLimit(.minutes(1))) struct LogWriterTests {
    private func writer(_ descriptor: Int32, capacity: Int = LogWriter.capacity) -> LogWriter {
        LogWriter(descriptor: descriptor, capacity: capacity) { Array("lost \($0)\n".utf8) }
    }

    @Test("writes lines in their order") func order() async throws {
        let pipe = Pipe()
        let log = writer(pipe.fileHandleForWriting.fileDescriptor)
        for number in 0..<1_000 { log.write(Array("\(number)\n".utf8)) }
        await log.flush()
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try #require(try pipe.fileHandleForReading.readToEnd()), as: UTF8.self)
        #expect(text == (0..<1_000).map { "\($0)\n" }.joined())
    }

    @Test("loses lines rather than wait, and says how many once it can") func stalled() async throws {
        let pipe = Pipe()
        let log = writer(pipe.fileHandleForWriting.fileDescriptor, capacity: 1_000)
        let line = Array((String(repeating: "x", count: 99) + "\n").utf8)
        // A pipe takes 64 KiB, a buffer 1,000 bytes: most of these are too many.
        for _ in 0..<2_000 { log.write(line) }
        #expect(log.lostLines > 1_000)
        var text = ""
        while !text.contains("lost "), case let data = pipe.fileHandleForReading.availableData, !data.isEmpty {
            text += String(decoding: data, as: UTF8.self)
        }
        let last = text.split(separator: "\n").last { $0.hasPrefix("lost ") }
        let lost = try #require(last?.split(separator: " ").last.flatMap { Int($0) })
        #expect(lost > 0 && lost < 2_000 && lost <= log.lostLines)
    }

    @Test("goes on when the descriptor fails, and says afterwards what is missing") func failing() async throws {
        let descriptor = open("/dev/full", O_WRONLY)
        let log = writer(descriptor)
        log.write(Array("one\ntwo\n".utf8))
        await log.flush()
        #expect(log.lostLines == 2)
        let pipe = Pipe()
        dup2(pipe.fileHandleForWriting.fileDescriptor, descriptor)
        log.write(Array("three\n".utf8))
        await log.flush()
        log.write(Array("four\n".utf8))
        await log.flush()
        close(descriptor)
        try pipe.fileHandleForWriting.close()
        let text = String(decoding: try #require(try pipe.fileHandleForReading.readToEnd()), as: UTF8.self)
        #expect(text == "lost 2\nthree\nfour\n" && log.lostLines == 2)
    }
}

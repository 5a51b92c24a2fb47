import AuthCore
import AuthServer
import AuthTestSupport
import Logging
import Synchronization
import Testing

@Suite("LineLogHandler") struct LineLogHandlerTests {
    /// What was written, call by call.
    private final class Writes: Sendable {
        private let all = Mutex<[String]>([])

        func append(_ line: [UInt8]) { all.withLock { $0.append(String(decoding: line, as: UTF8.self)) } }
        var lines: [String] { all.withLock { $0 } }
    }

    private func lines(
        _ format: LineLogHandler.Format, level: Logger.Level = .trace, _ body: (inout Logger) -> Void
    ) -> [String] {
        let writes = Writes()
        let time = ManualTimeSource()
        var logger = Logger(label: "test") { _ in
            LineLogHandler(format: format, logLevel: level, time: time) { writes.append($0) }
        }
        body(&logger)
        return writes.lines
    }

    @Test("writes text") func text() {
        let lines = lines(.text) { logger in
            logger.info("listening", metadata: ["port": "8080", "host": "::1"])
            logger.warning("a message, as people write them: with spaces")
        }
        #expect(
            lines == [
                "2027-01-15 08:00:00Z INFO listening host=::1 port=8080\n",
                "2027-01-15 08:00:00Z WARNING a message, as people write them: with spaces\n",
            ])
    }

    @Test("writes JSON") func json() {
        let lines = lines(.json) { $0.error("it failed", metadata: ["reason": "say \"why\"", "attempt": "2"]) }
        #expect(
            lines == [
                #"{"time":"2027-01-15T08:00:00Z","level":"error","message":"it failed","attempt":"2","#
                    + #""reason":"say \"why\""}"# + "\n"
            ])
    }

    @Test(
        "lets nothing begin a line of its own, or end where a reader would think that it does",
        arguments: [
            ("plain", "plain"), ("", "\"\""), ("two words", "\"two words\""), ("a=b", "a=b"),
            ("a\nb", #""a\nb""#), ("a\r\nb", #""a\r\nb""#), ("a\tb", #""a\tb""#), ("\u{1B}[31m", #""\u001b[31m""#),
            ("\u{0}", #""\u0000""#), ("\u{7F}", #""\u007f""#), ("\u{85}", #""\u0085""#), ("\u{9B}", #""\u009b""#),
            ("a\u{2028}b\u{2029}c", #""a\u2028b\u2029c""#), ("say \"a\"", #""say \"a\"""#), (#"a\b"#, #""a\\b""#),
            ("é", "\"é\""), ("a\u{202E}b", #""a\u202eb""#), ("a\u{FEFF}\u{E0041}", #""a\ufeff\udb40\udc41""#),
        ])
    func escaping(_ value: String, _ written: String) {
        #expect(
            lines(.text) { $0.info("m", metadata: ["v": "\(value)"]) } == [
                "2027-01-15 08:00:00Z INFO m v=\(written)\n"
            ])
    }

    @Test(
        "quotes a message that is not plain ASCII",
        arguments: [("a\nb", #""a\nb""#), ("say \"a\"", #""say \"a\"""#), ("a\u{2028}b", #""a\u2028b""#)])
    func message(_ message: String, _ written: String) {
        #expect(
            lines(.text) { $0.info("\(message)") } == ["2027-01-15 08:00:00Z INFO \(written)\n"])
    }

    @Test(
        "keeps a line of JSON on one line, whatever is in it", arguments: ["a\nb", "a\u{2028}b", "a\u{85}b", "\u{1B}"])
    func oneLine(_ text: String) {
        let lines = lines(.json) { $0.info("\(text)", metadata: ["v": "\(text)", "\(text)": "v"]) }
        #expect(lines.count == 1)
        #expect(lines[0].dropLast().unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) })
        #expect(!lines[0].contains("\u{2028}"))
    }

    @Test("has the logger's metadata on each line, and lets a message say otherwise") func metadata() {
        let lines = lines(.text) { logger in
            logger[metadataKey: "node"] = "a"
            #expect(logger[metadataKey: "node"] == "a")
            logger.info("one")
            logger.info("two", metadata: ["node": "b", "x": ["1", "2"]])
        }
        #expect(
            lines == [
                "2027-01-15 08:00:00Z INFO one node=a\n",
                "2027-01-15 08:00:00Z INFO two node=b x=\"[\\\"1\\\", \\\"2\\\"]\"\n",
            ])
    }

    @Test("has the address of a client before all other metadata", arguments: [LineLogHandler.Format.text, .json])
    func clientFirst(format: LineLogHandler.Format) {
        let lines = lines(format) { logger in
            logger[metadataKey: "a"] = "client=192.0.2.9"
            logger.notice("login failed", metadata: ["client": "192.0.2.1", "b": "client=192.0.2.9"])
        }
        #expect(
            lines == [
                format == .text
                    ? "2027-01-15 08:00:00Z NOTICE login failed client=192.0.2.1 a=client=192.0.2.9 b=client=192.0.2.9\n"
                    : #"{"time":"2027-01-15T08:00:00Z","level":"notice","message":"login failed","#
                        + #""client":"192.0.2.1","a":"client=192.0.2.9","b":"client=192.0.2.9"}"# + "\n"
            ])
    }

    @Test("has what is known of the task, between the logger's metadata and the message's") func provider() {
        let writes = Writes()
        var logger = Logger(label: "test") { _ in
            LineLogHandler(
                format: .text, logLevel: .info, time: ManualTimeSource(),
                metadataProvider: .init { ["a": "task", "b": "task"] }
            ) { writes.append($0) }
        }
        logger[metadataKey: "a"] = "logger"
        logger.info("one", metadata: ["b": "message"])
        #expect(writes.lines == ["2027-01-15 08:00:00Z INFO one a=task b=message\n"])
    }

    @Test("leaves out what is less important than its level") func level() {
        let lines = lines(.text, level: .notice) { logger in
            logger.info("no")
            logger.notice("yes")
        }
        #expect(lines == ["2027-01-15 08:00:00Z NOTICE yes\n"])
    }
}

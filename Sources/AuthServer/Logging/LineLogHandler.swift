import AuthCore
import Foundation
import Logging

/// One line on stderr for each message, as text or JSON. Nothing in a message or its metadata can begin a line of its
/// own: control characters are escaped (ASVS 16.4.1).
struct LineLogHandler: LogHandler {
    enum Format: Sendable {
        case text
        case json
    }

    let label: String
    let format: Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        if let own = event.metadata { all.merge(own) { $1 } }
        let moment = utcText(SystemTimeSource().now)
        let pairs = all.sorted { $0.key < $1.key }.map { ($0.key, "\($0.value)") }
        var line: [UInt8] = []
        switch format {
        case .text:
            line = Array(
                "\(moment)Z \(event.level.rawValue.uppercased()) \(Self.quotedIfOdd("\(event.message)", plain: true))"
                    .utf8)
            for (key, value) in pairs { line += Array(" \(key)=\(Self.quotedIfOdd(value, plain: false))".utf8) }
        case .json:
            let time = moment.replacingOccurrences(of: " ", with: "T") + "Z"
            let members: [(String, JSONValue)] = [
                ("time", .string(time)), ("level", .string(event.level.rawValue)),
                ("message", .string("\(event.message)")),
            ]
            line = JSONText.object(members + pairs.map { ($0, .string($1)) })
        }
        line.append(0x0A)
        // One write for the whole line: lines of several threads do not mix.
        FileHandle.standardError.write(Data(line))
    }

    /// `text` in JSON quotes where a reader could not tell where it ends.
    private static func quotedIfOdd(_ text: String, plain: Bool) -> String {
        let isOrdinary = text.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x20 && scalar.value < 0x7F && scalar != "\"" && scalar != "\\" || plain && scalar == " "
        }
        if isOrdinary, plain || !text.isEmpty { return text }
        var quoted: [UInt8] = []
        JSONText.append(string: text, to: &quoted)
        return String(decoding: quoted, as: UTF8.self)
    }
}

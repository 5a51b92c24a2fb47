// Logging owns how a log line looks and where it goes. It must not know what is logged.

package import AuthCore
import Foundation
package import Logging

/// One line for each message, as text or JSON. Nothing in a message or its metadata can begin a line of its own:
/// control characters are escaped (ASVS 16.4.1). `client` comes first of the metadata, then the rest by name: what reads
/// the log for an address finds it before anything that a caller chose.
package struct LineLogHandler: LogHandler {
    /// How a line looks.
    package enum Format: Sendable {
        /// `2026-11-24 18:03:24Z INFO message name=value`, quoted as in JSON where a reader could not tell the end.
        case text
        /// A JSON object: `time`, `level`, `message`, then the metadata by name.
        case json
    }

    private let format: Format
    private let time: any TimeSource
    private let write: @Sendable (_ line: [UInt8]) -> Void
    /// The least important that is written.
    package var logLevel: Logger.Level
    /// On every line, unless the message has a value of that name.
    package var metadata: Logger.Metadata = [:]
    /// Of the task that logs, unless the message has a value of that name.
    package var metadataProvider: Logger.MetadataProvider?

    /// - Parameters:
    ///   - metadataProvider: tells what is known of the task that logs.
    ///   - write: gets a whole line with its line end, in one call, and must not wait.
    package init(
        format: Format, logLevel: Logger.Level, time: any TimeSource = SystemTimeSource(),
        metadataProvider: Logger.MetadataProvider? = nil,
        write: @escaping @Sendable (_ line: [UInt8]) -> Void
    ) {
        self.format = format
        self.logLevel = logLevel
        self.time = time
        self.metadataProvider = metadataProvider
        self.write = write
    }

    /// The metadata of every line, by name.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes `event`; whether its level is to be written was asked before.
    package func log(event: LogEvent) {
        let all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }.merging(event.metadata ?? [:]) { $1 }
        write(format.line(at: time.now, event.level, "\(event.message)", all))
    }
}

extension LineLogHandler.Format {
    /// A whole line with its line end.
    package func line(
        at now: Timestamp, _ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata = [:]
    ) -> [UInt8] {
        let names = metadata.keys.sorted { ($0 == "client" ? 0 : 1, $0) < ($1 == "client" ? 0 : 1, $1) }
        let pairs = names.map { ($0, "\(metadata[$0] ?? "")") }
        let moment = utcText(now)
        var line: [UInt8] = []
        switch self {
        case .text:
            let message = Self.quotedIfOdd(message, isMessage: true)
            line = Array("\(moment)Z \(level.rawValue.uppercased()) \(message)".utf8)
            for (key, value) in pairs { line += Array(" \(key)=\(Self.quotedIfOdd(value, isMessage: false))".utf8) }
        case .json:
            let members: [(String, JSONValue)] = [
                ("time", .string(moment.replacingOccurrences(of: " ", with: "T") + "Z")),
                ("level", .string(level.rawValue)), ("message", .string(message)),
            ]
            line = JSONText.object(members + pairs.map { ($0, .string($1)) })
        }
        return line + [0x0A]
    }

    /// `text` in JSON quotes where a reader could not tell where it ends; spaces are usual in a message.
    private static func quotedIfOdd(_ text: String, isMessage: Bool) -> String {
        let isOrdinary = text.unicodeScalars.allSatisfy { scalar in
            scalar.value > 0x20 && scalar.value < 0x7F && scalar != "\"" && scalar != "\\" || isMessage && scalar == " "
        }
        if isOrdinary, isMessage || !text.isEmpty { return text }
        var quoted: [UInt8] = []
        JSONText.append(string: text, to: &quoted)
        return String(decoding: quoted, as: UTF8.self)
    }
}

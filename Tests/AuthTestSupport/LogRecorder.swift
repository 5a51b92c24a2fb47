package import Logging
import Synchronization

/// Remembers what was logged.
package final class LogRecorder: Sendable {
    package struct Line: Equatable, Sendable {
        package let level: Logger.Level
        package let message: String
        /// The logger's own, the task's and the line's.
        package let metadata: [String: String]

        package init(level: Logger.Level, message: String, metadata: [String: String]) {
            self.level = level
            self.message = message
            self.metadata = metadata
        }
    }

    private let recorded = Mutex<[Line]>([])
    private let metadataProvider: Logger.MetadataProvider?

    /// - Parameter metadataProvider: tells what is known of the task that logs.
    package init(metadataProvider: Logger.MetadataProvider? = nil) { self.metadataProvider = metadataProvider }

    package var lines: [Line] { recorded.withLock { $0 } }

    package var logger: Logger {
        Logger(label: "test") { _ in Handler(recorder: self, metadataProvider: metadataProvider) }
    }

    package func lines(_ message: String) -> [Line] { lines.filter { $0.message == message } }

    package func count(_ message: String) -> Int { lines.count { $0.message == message } }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadataProvider: Logger.MetadataProvider?
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let task = metadataProvider?.get() ?? [:]
            let all = metadata.merging(task) { $1 }.merging(event.metadata ?? [:]) { $1 }
            let line = Line(level: event.level, message: "\(event.message)", metadata: all.mapValues { "\($0)" })
            recorder.recorded.withLock { $0.append(line) }
        }
    }
}

import ArgumentParser
package import AuthCore
import Foundation

/// A moment, or how long ago.
package enum Since: Equatable, Sendable {
    case ago(Duration)
    case moment(Timestamp)

    /// `24h`, `2026-11-28`, or `2026-11-28T04:00:00Z` with or without the letters; always UTC. Nil for anything else.
    package init?(_ text: String) {
        if let span = Duration(settingText: text) {
            self = .ago(span)
            return
        }
        var text = text.split(separator: " ").joined(separator: "T")
        if !text.contains("T") { text += "T00:00:00" }
        if text.last != "Z" { text += "Z" }
        // What is read is written again: a 25th hour is taken for one of the next day.
        guard let date = try? Date(text, strategy: .iso8601), date.formatted(.iso8601) == text else { return nil }
        self = .moment(Timestamp(seconds: Int64(date.timeIntervalSince1970)))
    }

    /// The moment, where it is `now`.
    package func moment(at now: Timestamp) -> Timestamp {
        switch self {
        case .ago(let span): now - span
        case .moment(let moment): moment
        }
    }
}

extension Since: ExpressibleByArgument {
    /// As an option gives it.
    package init?(argument: String) { self.init(argument) }
}

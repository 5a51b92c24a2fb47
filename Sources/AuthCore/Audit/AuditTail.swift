/// What of the end of the audit log has been shown: a pure value.
///
/// Where several servers write at once, a row may become visible after one with a higher number. So a number is passed
/// over only when a higher one has been there for a while, longer than any unit of work lasts.
package struct AuditTail: Equatable, Sendable {
    /// As long as a row may come after one with a higher number.
    package static let settling: Duration = .seconds(5)
    /// How far back a row may still come when following begins.
    private static let reach: Int64 = 1_000

    private struct Top: Equatable {
        let number: Int64
        let seenAt: Duration
    }

    /// What is to be looked at next: every row with a higher number.
    package private(set) var after: Int64
    private var shown: Set<Int64>
    private var tops: [Top]

    /// From which number on rows have to be known when following begins.
    package static func start(_ last: Int64) -> Int64 { max(0, last - reach) }

    /// - Parameters:
    ///   - last: the highest number that there is.
    ///   - known: the numbers above ``start(_:)`` that are there.
    ///   - uptime: of ``TimeSource``.
    package init(last: Int64, known: [Int64], uptime: Duration) {
        after = Self.start(last)
        shown = Set(known)
        tops = [Top(number: last, seenAt: uptime)]
    }

    /// Takes what was found above ``after``, when the highest number was `last`.
    /// - Returns: those that were not there before.
    package mutating func take(_ records: [AuditRecord], last: Int64, uptime: Duration) -> [AuditRecord] {
        let news = records.filter { shown.insert($0.number).inserted }
        if last > tops.last?.number ?? after { tops.append(Top(number: last, seenAt: uptime)) }
        while let top = tops.first, uptime - top.seenAt >= Self.settling {
            after = max(after, top.number)
            tops.removeFirst()
        }
        shown = shown.filter { $0 > after }
        return news
    }
}

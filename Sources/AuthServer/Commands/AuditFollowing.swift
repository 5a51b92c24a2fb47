import AuthCore

/// Prints what comes, until its task is cancelled or nobody reads any more.
struct AuditFollowing: Sendable {
    /// How often is looked: a row is shown within two seconds.
    private static let interval: Duration = .milliseconds(500)

    let read: ReadAudit
    let filter: AuditFilter
    let report: AuditReport
    let time: any TimeSource

    /// - Parameter limit: so many that are there already come first, the newest last.
    func callAsFunction(_ limit: Int) async throws {
        var tail = try await read.tail(filter, uptime: time.uptime)
        var present: [AuditRecord] = []
        try await read.newest(filter, limit: limit) { records in
            present += records
            return true
        }
        var isReading = CommandOutput.print(present.reversed().map(report.line))
        var isFailing = false
        // What came between the two looks is present, and known from here on.
        _ = tail.take(present, last: 0, uptime: time.uptime)
        while isReading, CommandOutput.hasReader {
            try await Task.sleep(for: Self.interval)
            do {
                let news = try await read.news(filter, &tail, uptime: time.uptime)
                isReading = CommandOutput.print(news.map(report.line))
                isFailing = false
            } catch let error as AuthError {
                if !isFailing { await CommandOutput.report("jwks-server: warning: \(CommandFailure(error).line)") }
                isFailing = true
            }
        }
    }
}

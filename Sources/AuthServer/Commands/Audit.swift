import ArgumentParser
import AuthCore

struct Audit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what was done and tried: logins, and what operators and the server changed.",
        discussion: """
            The newest first; with --follow the newest last, and then what comes. Times are UTC. Changes nothing; works \
            while the server runs.
            """)

    @OptionGroup var wanted: AuditOptions
    @Option(help: "At most so many; 0 for all.") var limit = 100
    @Flag(help: "Go on with what comes, until SIGINT or SIGTERM.") var follow = false
    @Flag(help: "Print JSON, an object a line.") var json = false
    @OptionGroup var options: SettingOptions
    /// What takes the process's signals.
    var signals: ProcessSignals?

    private enum CodingKeys: CodingKey { case wanted, limit, follow, json, options }

    func validate() throws {
        guard (0...10_000_000).contains(limit) else {
            throw ValidationError("--limit must be a whole number from 0 to 10000000")
        }
        guard !follow || limit > 0 else { throw ValidationError("--follow wants a --limit of 1 or more") }
    }

    func run() async throws {
        try await App.use(options) { app, store in
            let read = ReadAudit(store: store)
            let filter = try await wanted.filter(read, at: app.time.now)
            let report = AuditReport(asJSON: json)
            if !json { await app.settings.database.address.note() }
            CommandOutput.print(report.header)
            guard follow else {
                return try await read.newest(filter, limit: limit == 0 ? nil : limit) { records in
                    CommandOutput.print(records.map(report.line)) && CommandOutput.hasReader
                }
            }
            let (limit, time) = (limit, app.time)
            // Whoever has read a line may send a signal.
            let (served, isServed) = AsyncStream.makeStream(of: Void.self)
            let following = Task {
                for await _ in served {}
                try await AuditFollowing(read: read, filter: filter, report: report, time: time)(limit)
            }
            signals?.serve(stop: { following.cancel() }, hangUp: { following.cancel() })
            isServed.finish()
            do {
                try await following.value
            } catch is CancellationError {}
        }
    }
}

import ArgumentParser
import AuthCore

/// Which rows of the audit log are wanted.
struct AuditOptions: ParsableArguments {
    @Option(help: "Of this account, by its name; it may be deleted.") var user: String?
    @Option(help: "Of this OAuth client.") var client: String?
    @Option(help: "From this address.") var address: IPAddress?
    @Option(help: "Of this kind, such as login or key.rotate.") var action: AuditAction?
    @Option(help: "With this outcome.") var outcome: AuditOutcome?
    @Option(help: "Not before: 90s, 15m, 24h, 30d ago, or a time such as 2026-11-28T04:00:00Z.") var since: Since?

    func filter(_ read: ReadAudit, at now: Timestamp) async throws -> AuditFilter {
        var filter = AuditFilter()
        if let user { filter.username = try await read.storedName(of: user) }
        filter.client = client
        filter.address = address?.description
        filter.action = action
        filter.outcome = outcome
        filter.since = since?.moment(at: now)
        return filter
    }
}

extension IPAddress: ExpressibleByArgument {
    /// As an option gives it.
    package init?(argument: String) { self.init(argument) }
}

extension AuditAction: ExpressibleByArgument {}

extension AuditOutcome: ExpressibleByArgument {}

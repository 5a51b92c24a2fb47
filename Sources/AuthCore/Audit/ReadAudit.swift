/// Use case: an operator reads the audit log.
package struct ReadAudit: Sendable {
    /// Rows that one unit of work answers, at most.
    private static let page = 1_000
    /// Rows that one unit of work looks at, at most: some milliseconds, whatever is looked for.
    private static let examined = 20_000
    private let store: any Store

    /// Of this store.
    package init(store: any Store) { self.store = store }

    /// The name under which rows know the account of `username`: as it is stored or, where the account is deleted, would
    /// be.
    package func storedName(of username: String) async throws -> String {
        let forms = Username.forms(of: username)
        let user = try await store.read { transaction in try transaction.user(named: forms) }
        return AuditEvent.bounded(user?.username ?? forms.last ?? username)
    }

    /// Hands out the newest rows, newest first, a page at a time.
    /// - Parameters:
    ///   - limit: at most so many; nil for all.
    ///   - show: answers whether more is wanted.
    package func newest(
        _ filter: AuditFilter, limit: Int?, _ show: ([AuditRecord]) async throws -> Bool
    ) async throws {
        var (position, left): (AuditPosition?, Int) = (.newest, limit ?? .max)
        while let before = position, left > 0 {
            let count = min(left, Self.page)
            let page = try await store.read { transaction in
                try transaction.auditPage(filter, before: before, examining: Self.examined, limit: count)
            }
            if !page.records.isEmpty {
                guard try await show(page.records) else { return }
            }
            left -= page.records.count
            position = page.next
        }
    }

    /// Where to follow from: what is there now is known.
    package func tail(_ filter: AuditFilter, uptime: Duration) async throws -> AuditTail {
        try await store.read { transaction in
            let last = try transaction.lastAuditNumber()
            let known = try transaction.auditRecords(
                filter, after: AuditTail.start(last), through: last, limit: .max)
            return AuditTail(last: last, known: known.map(\.number), uptime: uptime)
        }
    }

    /// What has come since the last time, in the order of the numbers.
    package func news(_ filter: AuditFilter, _ tail: inout AuditTail, uptime: Duration) async throws -> [AuditRecord] {
        let start = tail.after
        let (records, last) = try await store.read { transaction in
            let last = try transaction.lastAuditNumber()
            return (try transaction.auditRecords(filter, after: start, through: last, limit: .max), last)
        }
        return tail.take(records, last: last, uptime: uptime)
    }
}

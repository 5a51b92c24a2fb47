/// Which rows of the audit log are wanted: those that have each of these.
package struct AuditFilter: Equatable, Sendable {
    /// Not before.
    package var since: Timestamp?
    /// The account, whatever its name was.
    package var user: UserID?
    /// The account's name, as it is stored.
    package var username: String?
    /// The OAuth client.
    package var client: String?
    /// The caller's address, as ``IPAddress/description`` writes it.
    package var address: String?
    /// What was done or tried.
    package var action: AuditAction?
    /// What came of it.
    package var outcome: AuditOutcome?

    /// Every row.
    package init() {}
}

/// Where a page of the audit log ended, for the next one to go on before it.
package struct AuditPosition: Equatable, Sendable {
    /// When the last row happened, in milliseconds since 1970.
    package let moment: Int64
    /// The number of the last row.
    package let number: Int64

    /// After this row.
    package init(moment: Int64, number: Int64) {
        self.moment = moment
        self.number = number
    }

    /// Before every row.
    package static let newest = AuditPosition(moment: .max, number: .max)
}

/// A part of the audit log, newest first.
package struct AuditPage: Equatable, Sendable {
    /// Those that are wanted.
    package let records: [AuditRecord]
    /// Where to go on; nil where there is no older row. A page without a record may have one.
    package let next: AuditPosition?

    /// These rows.
    package init(records: [AuditRecord], next: AuditPosition?) {
        self.records = records
        self.next = next
    }
}

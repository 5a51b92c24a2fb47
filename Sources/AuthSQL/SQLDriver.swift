// AuthSQL owns the port in SQL, written once for both databases: tables, statements, what is copied between them. It
// must not know GRDB, libpq or a rule.

package import AuthCore

/// A driver carries statements out, one unit of work at a time. It knows texts and values, and no table.
package protocol SQLDriver {
    /// What differs in this driver's database.
    static var dialect: Dialect { get }

    /// Carries a statement out some time before the unit of work ends: nothing answers how many rows it changed, so that
    /// it may wait and go with the next ones. A statement whose text is empty is none.
    func run(_ statement: SQLStatement, values: [SQLValue]) throws
    /// Carries a statement out.
    /// - Returns: its rows.
    func fetch(_ statement: SQLStatement, values: [SQLValue]) throws -> [SQLRow]
    /// Carries a statement out; a constraint that refuses is thrown here.
    /// - Returns: how many rows it inserted, changed or deleted.
    func change(_ statement: SQLStatement, values: [SQLValue]) throws -> Int
    /// In a unit of work that may write: waits for everyone who holds this lock, and holds it until the end.
    func lock(_ lock: SQLLock) throws
    /// Notes that a secret in a row is overwritten or deleted, so that no copy may outlive the commit.
    func noteErasure()

    /// The database's name for the UNIQUE constraint that `error` is about; nil when it is about something else.
    static func violatedConstraint(_ error: any Error) -> String?
}

extension SQLDriver {
    /// The unit of work as the use cases see it.
    package var transaction: any WriteTransaction { SQLTransaction(driver: self) }

    func run(_ statement: SQLStatement, _ values: SQLValue...) throws { try run(statement, values: values) }

    func fetch(_ statement: SQLStatement, _ values: SQLValue...) throws -> [SQLRow] {
        try fetch(statement, values: values)
    }

    func change(_ statement: SQLStatement, _ values: SQLValue...) throws -> Int {
        try change(statement, values: values)
    }
}

/// What a unit of work can keep to itself where several write at the same time.
package enum SQLLock: Hashable, Sendable {
    /// The keys: whoever decides about them does so after everyone before, and holds back the logins that would reserve a
    /// signature meanwhile. None is lost, none slips past a retirement.
    case keys

    /// One number for everything of ours that must happen one after another in a database: deciders and migrations.
    package static let advisoryNumber: Int64 = 0x6A77_6B73

    /// What takes the lock on PostgreSQL; SQLite has one writer.
    package var statements: [(statement: SQLStatement, values: [SQLValue])] {
        switch self {
        case .keys: [(.lockAdvisory, [.integer(Self.advisoryNumber)]), (.lockKeyStates, [])]
        }
    }
}

extension SQLStatement {
    /// Waits for the other holders of a number, until the transaction ends.
    package static let lockAdvisory = SQLStatement("SELECT pg_advisory_xact_lock(?)")
    fileprivate static let lockKeyStates = SQLStatement("SELECT kid FROM key_states ORDER BY kid FOR UPDATE")
}

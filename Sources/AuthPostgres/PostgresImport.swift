package import AuthCore
package import AuthSQL
import CLibPQ

/// Fills an empty database from another one: everything in one transaction, or nothing.
package struct PostgresImport {
    /// A table of millions of rows takes its time; only a standstill is a failure.
    private static let longestStandstill: Duration = .seconds(600)
    private static let chunk = 1 << 16

    private let address: PostgresAddress
    private let connection: PostgresConnection

    /// Copies every table, reads it back and compares.
    /// - Parameters:
    ///   - event: is the last row of the audit log then.
    ///   - approve: told what the database holds about keys then; what it throws undoes everything.
    /// - Returns: rows and checksum of each table.
    /// - Throws: ``OperatorError/refused(_:)`` with one line for the operator, and what `source` and `approve` throw.
    package static func run(
        from source: any ExportSource, into address: PostgresAddress, recording event: AuditEvent? = nil,
        approve: (KeyStoreContents) throws -> Void
    ) throws -> [(table: ExportedTable, tally: TableChecksum)] {
        do {
            let connection = try PostgresConnection(to: address, timeout: .seconds(10))
            return try PostgresImport(address: address, connection: connection).run(source, event, approve)
        } catch let failure as PostgresFailure {
            throw OperatorError.refused("nothing was copied to \(address) (--to): \(failure.reason)")
        }
    }

    private func run(
        _ source: any ExportSource, _ event: AuditEvent?, _ approve: (KeyStoreContents) throws -> Void
    ) throws -> [(table: ExportedTable, tally: TableChecksum)] {
        try connection.simpleQuery(
            "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET TimeZone = 'UTC'; BEGIN")
        try PostgresMigrator.apply(on: connection)
        let names = ExportedTable.allCases.map(\.rawValue)
        // A server that starts on the database now waits, and then finds it filled.
        try connection.simpleQuery("LOCK TABLE \(names.joined(separator: ", ")) IN EXCLUSIVE MODE")
        for name in names {
            guard try connection.simpleQuery("SELECT FROM \(name) LIMIT 1")?.rowCount == 0 else {
                throw OperatorError.refused("\(address) (--to) is not empty: its table \(name) has rows")
            }
        }
        let tallies = try ExportedTable.allCases.map { table in (table: table, tally: try copy(table, from: source)) }
        let transaction = PostgresDriver(connection, .withinAnother).transaction
        try approve(try transaction.keyStoreContents())
        if let event {
            try transaction.append(event)
            // Carries it out.
            _ = try transaction.lastAuditNumber()
        }
        try connection.run([.once("COMMIT")], commits: true, within: Self.longestStandstill)
        // For the planner; without it the first hours are slower, no more.
        _ = try? connection.simpleQuery("ANALYZE", within: Self.longestStandstill)
        return tallies
    }

    private func copy(_ table: ExportedTable, from source: any ExportSource) throws -> TableChecksum {
        let columns = table.columns.map(\.name).joined(separator: ", ")
        var sent = TableChecksum()
        let next = try source.lines(of: table)
        let count = try connection.copyIn(
            "COPY \(table.rawValue) (\(columns)) FROM STDIN", within: Self.longestStandstill
        ) {
            var chunk: [UInt8] = []
            while chunk.count < Self.chunk, let line = try next() {
                sent.count(line)
                chunk += line
            }
            return chunk.isEmpty ? nil : chunk
        }
        var received = TableChecksum()
        try connection.copyOut("COPY (\(Self.query(table))) TO STDOUT", within: Self.longestStandstill) { line in
            received.count(line)
        }
        guard count == sent.rows, received == sent else {
            throw OperatorError.refused(
                "\(table.rawValue) did not arrive as it was sent (\(sent) against \(received)): nothing was copied")
        }
        try setSequence(of: table, past: try source.lastNumber(of: table))
        return sent
    }

    /// Each row as ``ExportRow`` has it.
    private static func query(_ table: ExportedTable) -> String {
        let columns = table.columns.map { column in
            column.kind == .moment
                ? "to_char(\(column.name) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')" : column.name
        }
        return "SELECT \(columns.joined(separator: ", ")) FROM \(table.rawValue) ORDER BY \(table.order(in: .postgres))"
    }

    /// No number is given twice, those of deleted rows included.
    private func setSequence(of table: ExportedTable, past last: Int64) throws {
        guard let column = table.countedColumn else { return }
        let sql = """
            SELECT setval(pg_get_serial_sequence('\(table.rawValue)', '\(column)'), greatest(last, 1), last > 0)
            FROM (SELECT greatest($1::bigint, max(\(column))) AS last FROM \(table.rawValue)) AS highest
            """
        try connection.run([.once(sql, [.integer(last)])], within: Self.longestStandstill)
    }
}

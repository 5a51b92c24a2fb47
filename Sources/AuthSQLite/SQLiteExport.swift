import AuthCore
package import AuthSQL
import Foundation
import GRDB

/// A file as ``ExportSource``: one state of it, whoever writes meanwhile. Nothing in the file is changed.
package struct SQLiteExport: ExportSource {
    private let db: Database

    /// Runs `body` on one state of the file.
    /// - Throws: ``OperatorError/refused(_:)`` when there is no such file or it is not one of ours, and what `body` throws.
    package static func read<Result>(path: String, _ body: (SQLiteExport) throws -> Result) throws -> Result {
        guard FileManager.default.fileExists(atPath: path) else {
            throw OperatorError.refused("--from names \(path), which does not exist")
        }
        return try SQLiteStore.withFile(path) { db in
            guard try db.tableExists("users"), try db.tableExists("keys") else {
                throw OperatorError.refused("--from names \(path), which is no database of jwks-server")
            }
            return try body(SQLiteExport(db: db))
        }
    }

    /// Text that is no moment, or holds a NUL, is refused with its table, column and row.
    package func lines(of table: ExportedTable) throws -> () throws -> [UInt8]? {
        let present = try SQLiteDriver(db: db).columns(of: table.rawValue)
        // What the original implementation did not have has no rows.
        guard !present.isEmpty else { return { nil } }
        let columns = table.columns
        let names = columns.map { Self.expression($0, isPresent: present.contains($0.name)) }.joined(separator: ", ")
        let cursor = try Row.fetchCursor(
            db, sql: "SELECT \(names) FROM \(table.rawValue) ORDER BY \(table.order(in: .sqlite))")
        return {
            guard let row = try cursor.next() else { return nil }
            var copied = ExportRow()
            for (index, column) in columns.enumerated() {
                let value: DatabaseValue = row[index]
                guard Self.append(value, column.kind, to: &copied) else {
                    let first: DatabaseValue = row[0]
                    throw OperatorError.refused(
                        "\(table.rawValue).\(column.name) of the row \(first) holds what PostgreSQL cannot hold there")
                }
            }
            copied.end()
            return copied.line
        }
    }

    /// From `sqlite_sequence`.
    package func lastNumber(of table: ExportedTable) throws -> Int64 {
        guard table.countedColumn != nil, try db.tableExists("sqlite_sequence") else { return 0 }
        return try Int64.fetchOne(
            db, sql: "SELECT seq FROM sqlite_sequence WHERE name = ?", arguments: [table.rawValue])
            ?? 0
    }

    /// Text is taken as its bytes: GRDB would end it at a NUL, and mend what is not UTF-8.
    private static func expression(_ column: ExportedTable.Column, isPresent: Bool) -> String {
        if !isPresent, let text = column.whereMissing { return "CAST('\(text)' AS BLOB)" }
        guard column.kind == .text else { return column.name }
        let name = column.name
        return "CASE typeof(\(name)) WHEN 'text' THEN CAST(\(name) AS BLOB) WHEN 'null' THEN NULL ELSE 0 END"
    }

    /// SQLite holds any type in any column; the original wrote its keys as text.
    private static func append(_ value: DatabaseValue, _ kind: ExportedTable.Column.Kind, to row: inout ExportRow)
        -> Bool
    {
        switch (value.storage, kind) {
        case (.null, _): row.appendNull()
        case (.int64(let number), .integer): row.append(number)
        case (.blob(let bytes), .text):
            guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else { return false }
            row.append(text)
        case (.string(let text), .moment): return row.append(moment: text)
        case (.string(let text), .bytes): row.append(Array(text.utf8))
        case (.blob(let bytes), .bytes): row.append(bytes)
        default: return false
        }
        return true
    }
}

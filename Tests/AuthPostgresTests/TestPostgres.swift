import AuthPostgres
import CLibPQ
import Foundation
import Testing

/// The PostgreSQL that `script/test` starts for the tests; without one they are skipped.
enum TestPostgres {
    static let url = ProcessInfo.processInfo.environment["JWKS_TEST_POSTGRES"] ?? ""
    static var port: UInt16? { url.split(separator: ":").last?.split(separator: "/").first.flatMap { UInt16($0) } }
    static var isThere: Bool { !url.isEmpty }
    static let missing: Comment = "JWKS_TEST_POSTGRES names no PostgreSQL"
}

/// A schema of its own for each test, gone with it: as empty as a new database, and far cheaper.
final class TemporarySchema: Sendable {
    let name = "t" + UUID().uuidString.lowercased().replacing("-", with: "")
    private let isDatabase: Bool

    /// - Parameter isDatabase: whether it is a database, in which no other test announces anything.
    init(isDatabase: Bool = false) throws {
        self.isDatabase = isDatabase
        try admin("CREATE \(isDatabase ? "DATABASE" : "SCHEMA") \(name)")
    }

    deinit { try? admin(isDatabase ? "DROP DATABASE \(name) WITH (FORCE)" : "DROP SCHEMA \(name) CASCADE") }

    var url: String {
        if isDatabase {
            return TestPostgres.url.split(separator: "/").dropLast().joined(separator: "/").replacing(
                "postgres:/", with: "postgres://") + "/\(name)" + "?"
        }
        return TestPostgres.url + "?options=-csearch_path%3D\(name)"
    }

    var address: PostgresAddress {
        get throws { try #require(try PostgresAddress(url: url)) }
    }

    /// Runs statements as another program would, and answers the first column.
    @discardableResult
    func sql(_ text: String) throws -> [String?] { try run(text, url) }

    private func admin(_ text: String) throws { try run(text, TestPostgres.url) }

    @discardableResult
    private func run(_ text: String, _ url: String) throws -> [String?] {
        // Who has an address has libpq.
        _ = try PostgresAddress(url: url)
        let connection = "dbname".withCString { keyword in
            url.withCString { PQconnectdbParams([keyword, nil], [$0, nil], 1) }
        }
        defer { PQfinish(connection) }
        PQsetNoticeReceiver(connection, { _, _ in }, nil)
        PQsendQuery(connection, text)
        var result = PQgetResult(connection)
        defer { PQclear(result) }
        while let next = PQgetResult(connection) {
            PQclear(result)
            result = next
        }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            throw SQLFailure(description: String(cString: PQerrorMessage(connection)))
        }
        return (0..<PQntuples(result)).map { row in
            PQgetisnull(result, row, 0) == 1 ? nil : String(cString: PQgetvalue(result, row, 0))
        }
    }
}

struct SQLFailure: Error, CustomStringConvertible {
    let description: String
}

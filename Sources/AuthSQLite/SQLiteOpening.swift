import AuthCore
package import AuthSQL
import CSQLite
import Foundation
import GRDB
import Glibc

extension SQLiteStore {
    /// How long an access waits for another process that holds the file.
    private static let busyTimeout: Double = 2

    /// So many pages the write-ahead log grows to, a megabyte, before the writer copies them into the file and flushes that:
    /// whoever writes waits for it. With SQLite's thousand, of which deleting what is old scatters most, that took 40 ms.
    private static let pagesOfLog = 250

    /// What an existing file holds about keys, read without changing or creating anything.
    /// - Throws: ``OperatorError/refused(_:)`` with one line for the operator.
    package static func peek(path: String) throws -> KeyStorePeek {
        // Of the file that a link leads to: opening one that leads nowhere makes a file.
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 0 else { return .empty }
        return try withFile(path) { db in try SQLiteDriver(db: db).peek() }
    }

    /// Runs `body` on one state of a file that exists, which is left as it is.
    static func withFile<Result>(_ path: String, _ body: (Database) throws -> Result) throws -> Result {
        try withQueue(path, named: "JWKS_DATABASE names \(path)") { queue in try queue.read(body) }
    }

    /// Runs `body` on a connection of its own to a file that exists.
    /// - Parameter clause: what names the file, for the error.
    static func withQueue<Result>(
        _ path: String, named clause: String, _ body: (DatabaseQueue) throws -> Result
    ) throws -> Result {
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            return try body(queue)
        } catch let error as DatabaseError {
            throw error.refusal(where: clause)
        }
    }

    /// Opens the file for good, creates it if need be, and brings its tables up to date.
    static func open(_ path: String) throws -> DatabasePool {
        makeFile(path)
        // Servers that start at once on no file get in each other's way: SQLite does not wait for the lock under which it
        // turns the write-ahead log on. The slower one tries again, for as long as it would have waited.
        let deadline = ContinuousClock.now + .seconds(busyTimeout)
        while true {
            do {
                return try preparedPool(path)
            } catch let error as DatabaseError {
                guard error.resultCode == .SQLITE_BUSY, ContinuousClock.now < deadline else {
                    throw error.refusal(of: path)
                }
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
    }

    /// Password hashes and sealed keys are nobody else's business; SQLite gives its log the file's mode. A file that is
    /// there is not even opened: closing it would give up the locks of whoever has it open in this process.
    private static func makeFile(_ path: String) {
        var status = stat()
        // Exclusively, but where a link leads to no file.
        let exclusively = lstat(path, &status) == 0 && stat(path, &status) != 0 ? 0 : O_EXCL
        let file = Glibc.open(path, O_CREAT | exclusively | O_CLOEXEC, 0o600)
        if file >= 0 { Glibc.close(file) }
    }

    private static func preparedPool(_ path: String) throws -> DatabasePool {
        let pool = try DatabasePool(path: path, configuration: configuration)
        // After opening: the pool sets synchronous=NORMAL itself while it sets up the write-ahead log.
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            try db.execute(sql: "PRAGMA wal_autocheckpoint = \(pagesOfLog)")
            guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2,
                try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
            else {
                throw OperatorError.refused("\(path): SQLite refuses synchronous=FULL or the write-ahead log here")
            }
        }
        guard try !SQLiteMigrator.isFromNewerServer(pool) else {
            throw OperatorError.refused("\(path) was written by a newer jwks-server: run that one")
        }
        try SQLiteMigrator.run(on: pool)
        return pool
    }

    /// A database in memory, with its tables.
    static func openInMemory() throws -> DatabaseQueue {
        let queue = try DatabaseQueue(configuration: configuration)
        try SQLiteMigrator.run(on: queue)
        return queue
    }

    /// SQLite does not count what memory it has, for which everybody who wants some would wait for everybody else: Debian's
    /// asks for each value of a row by itself. Nobody asks for the count. Where SQLite is in use already it goes on counting.
    private static let countsNoMemory = sqlite3_config_memory_status(0)

    private static var configuration: Configuration {
        _ = countsNoMemory
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeout)
        configuration.maximumReaderCount = GroupRead.most
        configuration.foreignKeysEnabled = true
        // What is deleted is overwritten: sealed private halves and handovers must not linger in free pages.
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA secure_delete = ON") }
        return configuration
    }
}

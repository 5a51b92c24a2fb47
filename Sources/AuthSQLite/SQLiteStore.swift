package import AuthCore
import Foundation
import GRDB
import Glibc

/// The ``Store`` in one SQLite file: write-ahead log, `synchronous=FULL`, one writer.
package final class SQLiteStore: Store {
    /// How long an access waits for another process that holds the file.
    private static let busyTimeout: Double = 2

    private let pool: DatabasePool
    private let writer: GroupCommit

    /// Opens the file, creates it if need be, and brings its tables up to date.
    /// - Throws: ``AuthError/refused(_:)`` with one line for the operator.
    package init(path: String) throws {
        // Password hashes and sealed keys are nobody else's business; SQLite gives its log the file's mode. Exclusively: a
        // file that another server has made in the meantime must not be emptied.
        let file = Glibc.open(path, O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if file >= 0 { Glibc.close(file) }
        pool = try Self.openPool(path)
        writer = GroupCommit(pool)
    }

    /// Servers that start at once on no file get in each other's way: SQLite does not wait for the lock under which it
    /// turns the write-ahead log on. The slower one tries again, for as long as it would have waited.
    private static func openPool(_ path: String) throws -> DatabasePool {
        let patience = ContinuousClock.now + .seconds(busyTimeout)
        while true {
            do {
                return try preparedPool(path)
            } catch let error as DatabaseError {
                guard error.resultCode == .SQLITE_BUSY, ContinuousClock.now < patience else {
                    throw refusal(of: path, error)
                }
                Thread.sleep(forTimeInterval: 0.01)
            }
        }
    }

    private static func preparedPool(_ path: String) throws -> DatabasePool {
        let pool = try DatabasePool(path: path, configuration: configuration)
        // After opening: the pool sets synchronous=NORMAL itself while it sets up the write-ahead log.
        try pool.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA synchronous = FULL")
            guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2,
                try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
            else {
                throw AuthError.refused("\(path): SQLite refuses synchronous=FULL or the write-ahead log here")
            }
        }
        guard try !pool.read(Migrations.migrator.hasBeenSuperseded) else {
            throw AuthError.refused("\(path) was written by a newer jwks-server: run that one")
        }
        try Migrations.run(on: pool)
        return pool
    }

    /// What an existing file holds about keys, read without changing or creating anything.
    /// - Throws: ``AuthError/refused(_:)`` with one line for the operator.
    package static func peek(path: String) throws -> KeyStoreContents {
        try peekAtKeys(path: path).contents
    }

    /// The same, with what a running server recorded of its verifiers.
    package static func peekAtKeys(path: String) throws -> (contents: KeyStoreContents, readiness: KeyPropagation?) {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let size = attributes?[.size] as? Int, size > 0 else { return (.empty, nil) }
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            defer { try? queue.close() }
            return try queue.read { db in
                guard try db.tableExists("keys") else { return (.empty, nil) }
                guard try db.tableExists("key_states") else {
                    let keys = try SQLiteTransaction.originalKeys(db)
                    return (KeyStoreContents(keys: keys, keyEncryptionKeys: []), nil)
                }
                let transaction = SQLiteTransaction(db: db)
                return (try transaction.keyStoreContents(), try transaction.keyPropagation())
            }
        } catch let error as DatabaseError {
            throw refusal(of: path, error)
        }
    }

    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        do {
            return try await pool.read { db in try body(SQLiteTransaction(db: db)) }
        } catch let error as DatabaseError {
            throw error.asUnavailable
        }
    }

    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result
    ) async throws -> Result {
        try await writer.run(body)
    }

    /// Closes the file, which folds the write-ahead log into it: nothing but the one file is left.
    package func close() {
        // The readers first: GRDB's `close` begins with the writer, and only a writer that goes last folds the log in.
        pool.invalidateReadOnlyConnections()
        try? pool.close()
    }

    static var configuration: Configuration {
        var configuration = Configuration()
        configuration.busyMode = .timeout(busyTimeout)
        configuration.maximumReaderCount = 4
        configuration.foreignKeysEnabled = true
        // What is deleted is overwritten: sealed private halves and handovers must not linger in free pages.
        configuration.prepareDatabase { db in try db.execute(sql: "PRAGMA secure_delete = ON") }
        return configuration
    }

    static func refusal(of path: String, _ error: DatabaseError) -> AuthError {
        let reason =
            switch error.resultCode {
            case .SQLITE_NOTADB: "is not an SQLite database: name another file"
            case .SQLITE_BUSY, .SQLITE_LOCKED: "is locked by another process: stop that one first"
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
                "cannot be opened for writing: check that its directory exists and is writable"
            case .SQLITE_CORRUPT: "is damaged: restore it from a backup"
            case .SQLITE_FULL: "cannot grow: the disk is full"
            default: "cannot be opened: \(error.message ?? error.resultCode.description)"
            }
        return .refused("JWKS_DATABASE names \(path), which \(reason)")
    }
}

extension DatabaseError {
    /// Without the statement and its values: they may hold what a log must not.
    var asUnavailable: AuthError { .unavailable(message ?? resultCode.description) }
}

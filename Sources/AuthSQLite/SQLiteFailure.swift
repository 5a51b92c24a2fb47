import AuthCore
import GRDB

extension DatabaseError {
    /// Without the statement and its values: they may hold what a log must not.
    var asUnavailable: AuthError { .unavailable(message ?? resultCode.description) }

    /// Why the file at `path` cannot be used and what to do, in one line.
    func refusal(of path: String) -> OperatorError { refusal(where: "JWKS_DATABASE names \(path)") }

    /// The same of a file that was named elsewhere.
    /// - Parameter clause: what names it, as `FILE names /tmp/copy.db`.
    func refusal(where clause: String) -> OperatorError {
        let reason =
            switch resultCode {
            case .SQLITE_NOTADB: "is not an SQLite database: name another file"
            case .SQLITE_BUSY, .SQLITE_LOCKED: "is locked by another process: stop that one first"
            case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM:
                "cannot be opened for writing: check that its directory exists and is writable"
            case .SQLITE_CORRUPT: "is damaged: restore it from a backup"
            case .SQLITE_FULL: "cannot grow: the disk is full"
            // What SQLite says of its index beside the file when there is no room for it, and of a limit on file sizes.
            case .SQLITE_IOERR: "cannot be read or written: check that the disk has room and is sound"
            default: "cannot be opened: \(message ?? resultCode.description)"
            }
        return .refused("\(clause), which \(reason)")
    }
}

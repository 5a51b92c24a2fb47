import AuthCore
import AuthSQLite
import Glibc

/// Where a copy is put: a name that nothing has, and that nobody uses.
struct RestorePlace {
    private let path: String

    /// - Parameter path: of the database.
    init(_ path: String) { self.path = path }

    /// - Throws: ``OperatorError/refused(_:)`` naming what is there and how to make room.
    func requireEmpty() throws {
        let taken = ["", "-wal", "-shm", "-journal"].map { path + $0 }.filter(NewFile.isTaken)
        guard let first = taken.first else { return }
        if let user = DatabaseUser.other(of: path) {
            throw OperatorError.refused("\(path) is in use by \(user): stop the server first")
        }
        throw OperatorError.refused(
            first == path
                ? "\(path) exists: move it away, together with its -wal and -shm if it has them"
                : "\(first) is left of another database, and SQLite would put what is in it into the copy: move it away"
        )
    }

    /// A file with a log beside it is not all there is.
    /// - Throws: ``OperatorError/refused(_:)``.
    static func requireWhole(_ file: String) throws {
        var status = stat()
        guard stat(file, &status) == 0 else { throw OperatorError.refused("\(file) does not exist") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw OperatorError.refused("\(file) is no regular file") }
        for log in ["-wal", "-journal"].map({ file + $0 }) where NewFile.isTaken(log) {
            throw OperatorError.refused(
                "\(file) has a log beside it, \(log), so it is no finished copy: make one from it with"
                    + " `jwks-server backup`")
        }
    }
}

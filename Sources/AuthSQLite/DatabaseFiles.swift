import AuthCore
import Glibc

/// The files of a database that is open, by device and inode. One that was deleted, or replaced under its name, goes on
/// taking writes from those who have it open, and loses them with the last of these.
struct DatabaseFiles: Sendable {
    private struct Identity: Equatable {
        let device: dev_t
        let inode: ino_t
    }

    private let opened: [(path: String, identity: Identity)]

    /// Takes down what is at `path`, with its log and index beside it, which SQLite puts beside a link's target.
    init(openedAt path: String) {
        let target = Self.target(of: path)
        opened = [path, target + "-wal", target + "-shm"].compactMap { path in
            Self.look(path).map { (path, $0.identity) }
        }
    }

    /// What became of them, as a clause with the path in it; nil where all are what was opened.
    var loss: String? {
        for (number, file) in opened.enumerated() {
            guard let found = Self.look(file.path) else { return "\(file.path) was deleted or moved" }
            guard found.identity == file.identity else { return "\(file.path) was replaced by another file" }
            // The database itself is never empty: it began with its header.
            guard number > 0 || found.size > 0 else { return "\(file.path) was emptied" }
        }
        return nil
    }

    /// - Throws: ``AuthError/unavailable(_:)`` where one is not what was opened.
    func requireUnchanged() throws(AuthError) {
        if let loss { throw .unavailable(loss) }
    }

    private static func look(_ path: String) -> (identity: Identity, size: Int)? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return (Identity(device: status.st_dev, inode: status.st_ino), Int(status.st_size))
    }

    /// A path that is no link is kept as it is: a relative one goes on being right when its directory is moved.
    private static func target(of path: String) -> String {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, let resolved = realpath(path, nil) else {
            return path
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

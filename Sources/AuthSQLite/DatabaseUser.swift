import Glibc

/// Who has a database open, as SQLite's own locks tell: while a connection to a file with a write-ahead log is open, it
/// holds a lock on the index beside it (https://www.sqlite.org/walformat.html#locks).
package enum DatabaseUser {
    /// Where the locks lie in the index: eight of readers and writers, and the one that each connection holds.
    private static let locks: (start: Int, length: Int) = (120, 9)

    /// A process other than this one that has the file at `path` open, as words: `process 123`; nil where there is none.
    package static func other(of path: String) -> String? {
        let index = open(path + "-shm", O_RDONLY | O_CLOEXEC)
        guard index >= 0 else { return nil }
        // Closing it would drop this process's locks: a caller has no connection of its own open.
        defer { close(index) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(locks.start)
        lock.l_len = off_t(locks.length)
        guard fcntl(index, F_GETLK, &lock) == 0, lock.l_type != Int16(F_UNLCK) else { return nil }
        // Of another container no number can be told.
        return lock.l_pid > 0 ? "process \(lock.l_pid)" : "another process"
    }
}

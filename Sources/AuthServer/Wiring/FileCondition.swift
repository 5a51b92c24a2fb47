import Foundation
import Glibc

/// A file as the system describes it.
package struct FileCondition: Equatable, Sendable {
    /// As it was given.
    package let path: String
    /// The nine bits of read, write and execute.
    package let mode: UInt32
    /// Whether this user may read and write it.
    package let isWritable: Bool

    /// A file like this.
    package init(path: String, mode: UInt32, isWritable: Bool) {
        self.path = path
        self.mode = mode
        self.isWritable = isWritable
    }

    /// Looks at a file; nil where there is none.
    init?(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(path: path, mode: status.st_mode & 0o777, isWritable: access(path, R_OK | W_OK) == 0)
    }

    /// How much room there is beside the file at `path` for this user, in bytes; nil where the system does not say.
    static func room(beside path: String) -> Int64? {
        var status = statvfs()
        let directory = URL(fileURLWithPath: path).resolvingSymlinksInPath().deletingLastPathComponent().path
        guard statvfs(directory, &status) == 0 else { return nil }
        let (bytes, isBeyond) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return isBeyond ? .max : Int64(clamping: bytes)
    }

    /// How large the file at `path` is, in bytes; 0 where there is none.
    static func size(of path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}

import AuthCore
import Foundation
import Glibc

/// A file that appears under its name when it is whole, and not before: it is made beside it, for its owner alone, and a
/// name that is taken stays what it is.
struct NewFile {
    /// What it will be called.
    let path: String
    /// Where it is until then.
    let pending: String

    /// Makes `path` + `suffix`, empty, with mode 0600.
    /// - Throws: ``OperatorError/refused(_:)`` where either name is taken or cannot be made.
    init(_ path: String, suffix: String) throws {
        let path = URL(fileURLWithPath: path).path
        self.path = path
        pending = path + suffix
        guard !Self.isTaken(path) else { throw OperatorError.refused("\(path) exists: it is left as it is") }
        let file = open(pending, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw errno == EEXIST
                ? OperatorError.refused(
                    "\(pending) exists: another command is making it, or was broken off; remove it if none is")
                : Self.failure("make", pending)
        }
        close(file)
    }

    /// Whether there is anything of this name, a link that leads nowhere included.
    static func isTaken(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// Fills it with what another file holds.
    func copy(from source: String) throws {
        let (input, output) = (open(source, O_RDONLY | O_CLOEXEC), open(pending, O_WRONLY | O_CLOEXEC))
        defer { for file in [input, output] where file >= 0 { close(file) } }
        guard input >= 0 else { throw Self.failure("read", source) }
        guard output >= 0 else { throw Self.failure("write", pending) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(input, &buffer, buffer.count)
            guard count >= 0 else { throw Self.failure("read", source) }
            guard count > 0 else { return }
            var written = 0
            while written < count {
                let progress = buffer[written..<count].withUnsafeBytes { write(output, $0.baseAddress, $0.count) }
                guard progress > 0 else { throw Self.failure("write", pending) }
                written += progress
            }
        }
    }

    /// Gives it its name; it is on disk under that when this returns.
    /// - Throws: ``OperatorError/refused(_:)`` where the name has been taken meanwhile.
    func keep() throws {
        let file = open(pending, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw Self.failure("read", pending) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw Self.failure("write", pending) }
        // Not `rename`, which would replace what is there.
        guard link(pending, path) == 0 else { throw Self.failure("make", path) }
        unlink(pending)
        let directory = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard directory >= 0 else { return }
        fsync(directory)
        close(directory)
    }

    /// Removes it, with what SQLite may have put beside it. Does nothing once it is kept.
    func discard() { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(pending + suffix) } }

    private static func failure(_ verb: String, _ path: String) -> OperatorError {
        .refused("cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}

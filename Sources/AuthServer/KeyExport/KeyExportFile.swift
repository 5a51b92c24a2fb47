import AuthCore
import Foundation
import Glibc

/// The files of an export, one by one.
enum KeyExportFile {
    /// More than any file that is written here.
    private static let largest = 1 << 20

    /// A directory that this process alone exports to, for as long as this exists.
    final class Directory {
        private let path: String
        private let descriptor: Int32

        /// Waits until no other process exports to it.
        init(_ path: String) throws {
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { throw KeyExportFile.failure("use", path) }
            guard flock(descriptor, LOCK_EX) == 0 else {
                close(descriptor)
                throw KeyExportFile.failure("lock", path)
            }
            self.path = path
            self.descriptor = descriptor
        }

        deinit { close(descriptor) }

        /// What a file holds; nil where there is none.
        func read(_ name: String) throws -> [UInt8]? {
            let file = openat(descriptor, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
            guard file >= 0 else {
                if errno == ENOENT { return nil }
                throw KeyExportFile.failure("read", "\(path)/\(name)")
            }
            defer { close(file) }
            var bytes = [UInt8](repeating: 0, count: KeyExportFile.largest)
            var length = 0
            while length < bytes.count {
                let count = bytes.withUnsafeMutableBytes { buffer in
                    Glibc.read(file, buffer.baseAddress?.advanced(by: length), buffer.count - length)
                }
                guard count >= 0 else { throw KeyExportFile.failure("read", "\(path)/\(name)") }
                if count == 0 { break }
                length += count
            }
            return Array(bytes.prefix(length))
        }

        /// Puts a file in its place; it is on disk when this returns. Folders that it wants are made.
        func write(_ name: String, _ content: [UInt8]) throws {
            try makeFolders(of: name)
            let pending = name + ".new"
            // Left by a process that was killed, perhaps.
            unlinkat(descriptor, pending, 0)
            let file = openat(descriptor, pending, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
            guard file >= 0 else { throw KeyExportFile.failure("write", "\(path)/\(pending)") }
            defer { close(file) }
            var written = 0
            while written < content.count {
                let count = content[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
                guard count > 0 else { throw KeyExportFile.failure("write", "\(path)/\(pending)") }
                written += count
            }
            // Whatever the umask is: these are public.
            guard fchmod(file, 0o644) == 0, fsync(file) == 0, renameat(descriptor, pending, descriptor, name) == 0
            else {
                throw KeyExportFile.failure("write", "\(path)/\(name)")
            }
            sync(folderOf: name)
        }

        /// Removes a file, if it is there.
        func remove(_ name: String) throws {
            guard unlinkat(descriptor, name, 0) == 0 || errno == ENOENT else {
                throw KeyExportFile.failure("remove", "\(path)/\(name)")
            }
            sync(folderOf: name)
        }

        private func makeFolders(of name: String) throws {
            var folder = ""
            for part in name.split(separator: "/").dropLast() {
                folder += folder.isEmpty ? "\(part)" : "/\(part)"
                if mkdirat(descriptor, folder, 0o755) == 0 {
                    fchmodat(descriptor, folder, 0o755, 0)
                } else if errno != EEXIST {
                    throw KeyExportFile.failure("make", "\(path)/\(folder)")
                }
            }
        }

        private func sync(folderOf name: String) {
            let folder = name.split(separator: "/").dropLast().joined(separator: "/")
            let file = openat(descriptor, folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard file >= 0 else { return }
            fsync(file)
            close(file)
        }
    }

    private static func failure(_ verb: String, _ path: String) -> OperatorError {
        .refused("cannot \(verb) \(path): \(String(cString: strerror(errno)))")
    }
}

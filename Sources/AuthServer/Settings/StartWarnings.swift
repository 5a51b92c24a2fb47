import AuthCore
import Glibc

/// What works, and leaves secrets to whoever has an account on the machine: a line for each, with the remedy.
package struct StartWarnings: Sendable {
    /// Of the secret, in bytes: a generated one has 44, and guesses at a shorter one need nothing but the database.
    static let shortestSecret = 16
    private static let groupAndOthers: mode_t = 0o066
    private static let others: mode_t = 0o006

    private let secret: Secret?
    private let files: [SecretPlace]
    private let database: String?
    private let target: String?

    /// Looks at the database's path before it is opened: afterwards nobody can tell that a link led nowhere.
    /// - Throws: ``SettingsError`` where the master key cannot be read.
    package init(_ settings: Settings, _ reader: SettingsReader) throws {
        secret = try reader.secret(.masterKey)
        files = reader.files
        guard case .sqlite(let path) = settings.database.address else {
            (database, target) = (nil, nil)
            return
        }
        database = path
        target = Self.leadsNowhere(path) ? path : nil
    }

    /// The lines, once the database is open and all of its files are there.
    package var lines: [String] {
        var lines: [String] = []
        if let secret, secret.withBytes({ $0.count < Self.shortestSecret }) {
            lines.append(
                "NOT_MY_KEY has fewer than \(Self.shortestSecret) bytes: whoever reads the database can guess it; change"
                    + " it with master-key rotate")
        }
        if let target, let made = Self.resolved(target) {
            lines.append("the database's path \(target) was a link to a file that was not there: \(made) was made")
        }
        if let database, let main = Self.resolved(database) {
            lines += [main, main + "-wal", main + "-shm"].compactMap { Self.line($0, Self.groupAndOthers) }
        }
        lines += files.compactMap { place in
            switch place {
            case .environment: nil
            case .environmentFile(let path): Self.line(path, Self.groupAndOthers)
            // A group of its own is how a service is often given its secret. What a container is given is mounted
            // read-only, with a mode that says nothing and that nobody inside can change.
            case .file(let path): Self.isReadOnlyMount(path) ? nil : Self.line(path, Self.others)
            }
        }
        return lines
    }

    /// - Parameter forbidden: bits of the mode of which none should be set.
    private static func line(_ path: String, _ forbidden: mode_t) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & forbidden != 0 else {
            return nil
        }
        let mode = String(status.st_mode & 0o777, radix: 8)
        return "\(path) has mode \(mode), which lets other users of this machine at it: chmod 600 \(path)"
    }

    private static func leadsNowhere(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return false }
        return stat(path, &status) != 0 && errno == ENOENT
    }

    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isReadOnlyMount(_ path: String) -> Bool {
        var status = statvfs()
        return statvfs(path, &status) == 0 && status.f_flag & UInt(ST_RDONLY) != 0
    }
}

import AuthCore
import Foundation
import Glibc

/// A new secret in the file that holds the old one: first written beside it, as `FILE.new`, then put in its place.
struct SecretReplacement {
    /// The file itself, where links lead to.
    let path: String
    private let isEnvironmentFile: Bool
    private let secret: String
    private var pending: String { Self.pending(path) }

    /// `secret` where NOT_MY_KEY is, in a file of its own or among others in `.env`.
    init(at place: SecretPlace, by secret: String) {
        isEnvironmentFile = if case .environmentFile = place { true } else { false }
        path = Self.target(of: place.path ?? "")
        self.secret = secret
    }

    /// What a replacement that was interrupted left beside the secret at `place`: the file, the file whose place it was to
    /// take, and the secret in it. nil where nothing was left.
    static func interrupted(at place: SecretPlace) -> (pending: String, path: String, secret: Secret)? {
        guard let path = place.path.map(target) else { return nil }
        let pending = pending(path)
        guard let text = TextFile.read(pending) else { return nil }
        let secret =
            if case .environmentFile = place {
                (try? EnvironmentFile.parse(text, path: pending))?[SecretSetting.masterKey.rawValue] ?? ""
            } else {
                text.hasSuffix("\n") ? String(text.dropLast()) : text
            }
        return secret.isEmpty ? nil : (pending, path, Secret(secret))
    }

    private static func target(of path: String) -> String {
        URL(fileURLWithPath: path).resolvingSymlinksInPath().path
    }

    private static func pending(_ path: String) -> String { path + ".new" }

    /// Keeps every other change of this secret out until the process ends: `FILE.new` has room for one. For the time
    /// before the old secret is read: who comes later reads what the one before has left.
    /// - Throws: ``OperatorError/refused(_:)`` while another one is under way.
    func lock() throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw failure("cannot read \(path)") }
        // Never closed: the lock goes with the process, however that ends.
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw failure("cannot lock \(path)") }
            throw isUnderWay
        }
        var (locked, found) = (stat(), stat())
        guard fstat(file, &locked) == 0, stat(path, &found) == 0, locked.st_ino == found.st_ino else {
            throw isUnderWay
        }
    }

    private var isUnderWay: OperatorError {
        .refused("another master-key rotate is changing \(path): wait until it has ended; nothing was changed")
    }

    /// Writes `FILE.new`, on disk when this returns, for whom `FILE` is; `FILE` is left as it is.
    /// - Throws: ``OperatorError/refused(_:)``.
    func writeDown() throws {
        guard let old = TextFile.read(path) else { throw failure("cannot read \(path)") }
        let name = SecretSetting.masterKey.rawValue
        let text = isEnvironmentFile ? EnvironmentFile.replacing(name, by: secret, in: old) : secret + "\n"
        // Read back as the next start will.
        let readBack = isEnvironmentFile ? (try? EnvironmentFile.parse(text, path: pending))?[name] : secret
        guard readBack == secret, !secret.contains(where: \.isNewline) else {
            throw failure("\(path) cannot hold this secret")
        }
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("cannot read \(path)") }
        unlink(pending)
        let file = open(pending, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw failure("cannot write \(pending)") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard write(file, bytes, bytes.count) == bytes.count, fchmod(file, status.st_mode & 0o777) == 0,
            fsync(file) == 0
        else { throw failure("cannot write \(pending)") }
        // Only a superuser can, and only one has to.
        _ = fchown(file, status.st_uid, status.st_gid)
        syncDirectory()
    }

    /// Puts `FILE.new` in the place of `FILE`, in one step.
    /// - Throws: ``OperatorError/refused(_:)`` saying where the secret is.
    func keep() throws {
        guard rename(pending, path) == 0 else {
            throw OperatorError.refused("the new secret is in \(pending): move it to \(path) before the next start")
        }
        syncDirectory()
    }

    private func syncDirectory() {
        let directory = open(URL(fileURLWithPath: path).deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
        guard directory >= 0 else { return }
        fsync(directory)
        close(directory)
    }

    private func failure(_ reason: String) -> OperatorError {
        .refused("\(reason): put the new secret in a file and name that in NOT_MY_KEY_NEW_FILE; nothing was changed")
    }
}

extension EnvironmentFile {
    /// `text` with `name` set to `value` where it is set, and without `name_NEW`.
    static func replacing(_ name: String, by value: String, in text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).compactMap { line -> String? in
            let words = line.prefix { $0 != "=" }.split(whereSeparator: \.isWhitespace)
            guard line.contains("="), words.count == 1 || words.count == 2 && words[0] == "export" else {
                return String(line)
            }
            switch words.last.map(String.init) {
            case name: return (words.count == 2 ? "export " : "") + name + "=" + quoted(value)
            case name + "_NEW": return nil
            default: return String(line)
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || "+/=_.-".utf8.contains(byte)
        }
        guard !isPlain else { return value }
        return value.contains("'") ? "\"\(value)\"" : "'\(value)'"
    }
}

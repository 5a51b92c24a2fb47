// KeyExport owns the public keys as files, for what cannot fetch a JWK Set. It must not touch a private key, or a file that
// it has not written.

package import AuthCore
import Foundation
import Glibc

/// A directory with the public keys as files: `jwks.json`, `<kid>.pem`, and `default/<alg>/<kid>`, which is where Dovecot
/// looks. Each is there or not, never in part; all can be read by everybody.
///
/// What it wrote stands in a list beside the files: nothing else is ever replaced or removed.
package struct KeyExportDirectory: Equatable, Sendable {
    /// What an export did, by the names of files in the directory.
    package struct Changes: Equatable, Sendable {
        /// New, or of another content now.
        package var written: [String] = []
        /// Of keys that left the JWK Set.
        package var removed: [String] = []

        /// Whether nothing had to be done.
        package var isEmpty: Bool { written.isEmpty && removed.isEmpty }
    }

    private static let list = ".jwks-server-export"
    /// Its path as it was given.
    package let path: String

    /// - Throws: ``OperatorError/refused(_:)`` for what is no directory that can be written to.
    package init(_ path: String) throws {
        self.path = path
        let directory = try KeyExportFile.Directory(path)
        try directory.write(".jwks-server-export.try", [])
        try directory.remove(".jwks-server-export.try")
    }

    /// That of the setting.
    /// - Throws: ``SettingsError`` for what is no directory that can be written to.
    init(setting path: String) throws {
        do {
            try self.init(path)
        } catch let error as OperatorError {
            throw SettingsError(
                "JWKS_KEYS_EXPORT_DIR is \"\(path)\": \(error); give a directory that exists and that this user may write to"
            )
        }
    }

    /// Makes the files those of `set`. Waits for the disk, and for another process that does the same.
    /// - Throws: ``OperatorError/refused(_:)``, before anything is changed where a file is in the way that somebody else
    ///   made.
    package func write(_ set: JWKSet) throws -> Changes {
        let directory = try KeyExportFile.Directory(path)
        let files = Self.files(of: set)
        let listed = Set(try directory.read(Self.list).map(Self.names) ?? [])
        let current = try Dictionary(uniqueKeysWithValues: files.map { ($0.name, try directory.read($0.name)) })
        let changed = files.filter { current[$0.name] != $0.content }
        if let taken = changed.first(where: { current[$0.name] != .some(nil) && !listed.contains($0.name) }) {
            throw OperatorError.refused(
                "\(path)/\(taken.name) was not written by jwks-server: remove it, or give another directory")
        }
        let names = Set(files.map(\.name))
        let left = listed.subtracting(names).sorted()
        guard !changed.isEmpty || !left.isEmpty || listed != names else { return Changes() }
        // First: what is written or still to be removed is in the list whenever this is broken off.
        try directory.write(Self.list, Self.text(listed.union(names)))
        for file in changed { try directory.write(file.name, file.content) }
        for name in left { try directory.remove(name) }
        try directory.write(Self.list, Self.text(names))
        return Changes(written: changed.map(\.name), removed: left)
    }

    /// New keys first, then the set that names them.
    private static func files(of set: JWKSet) -> [(name: String, content: [UInt8])] {
        set.keys.flatMap { key in
            ["\(key.id).pem", "default/\(key.algorithm.rawValue)/\(key.id)"].map { ($0, Array(key.pem.utf8)) }
        } + [("jwks.json", set.body)]
    }

    private static func text(_ names: Set<String>) -> [UInt8] { names.sorted().flatMap { Array("\($0)\n".utf8) } }

    /// Only names of the shapes that this writes: the list is a file that others may have changed.
    private static func names(_ text: [UInt8]) -> [String] {
        let algorithms = KeyAlgorithm.allCases.map(\.rawValue)
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init).filter { name in
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            func isKid(_ text: Substring) -> Bool {
                !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
            return switch parts.count {
            case 1: name == "jwks.json" || name.hasSuffix(".pem") && isKid(parts[0].dropLast(4))
            case 3: parts[0] == "default" && algorithms.contains(String(parts[1])) && isKid(parts[2])
            default: false
            }
        }
    }
}

import AuthTestSupport
import Foundation

/// A directory of its own for each test, gone with it.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "jwks-server-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        path = directory.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The database's usual place in it.
    var database: String { file("test.db") }

    func file(_ name: String) -> String { path + "/" + name }

    /// The names of what is in it.
    var contents: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}

extension TemporaryDirectory {
    /// Copies a frozen database into the directory.
    /// - Returns: the copy's path.
    func place(_ frozen: FrozenDatabase) throws -> String {
        let path = file(FrozenDatabase.fileName)
        try FileManager.default.copyItem(atPath: frozen.file.path, toPath: path)
        return path
    }
}

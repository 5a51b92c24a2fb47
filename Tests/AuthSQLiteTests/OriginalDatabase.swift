import Foundation
import Testing

/// The frozen file that the original implementation wrote, and what is known of it.
enum OriginalDatabase {
    struct Expected: Decodable {
        struct Key: Decodable {
            let kid: String
            let n: String
        }

        struct KeySet: Decodable {
            let keys: [Key]
        }

        let secret: String
        let passwords: [String: String]
        let jwks: KeySet

        private enum CodingKeys: String, CodingKey {
            case secret = "NOT_MY_KEY"
            case passwords
            case jwks
        }
    }

    static let name = "totally_not_my_privateKeys.db"

    private static let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EndToEnd/fixtures/original-database")

    /// Copies the file into `directory`.
    /// - Returns: the copy's path.
    static func place(in directory: TemporaryDirectory) throws -> String {
        let path = directory.file(name)
        try FileManager.default.copyItem(atPath: fixture.appending(path: name).path, toPath: path)
        return path
    }

    static func expected() throws -> Expected {
        try JSONDecoder().decode(Expected.self, from: Data(contentsOf: fixture.appending(path: "expected.json")))
    }
}

import AuthServer
import Foundation
import Testing

@Suite("StartWarnings") struct StartWarningsTests {
    /// The lines at a start in `directory` with these modes.
    private func lines(
        _ directory: String, secret: [String: String] = [:], _ modes: [String: Int]
    ) throws -> [String] {
        for (file, mode) in modes {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: "\(directory)/\(file)")
        }
        let environment = ["JWKS_DATABASE": "sqlite:\(directory)/keys.db"].merging(secret) { $1 }
        let reader = try SettingsReader(environment: environment, directory: directory)
        return try StartWarnings(Settings(reader, host: host), reader).lines
    }

    @Test(
        "name each file that others can read or write, with its mode and the remedy",
        arguments: [
            ("keys.db", 0o600, false), ("keys.db", 0o640, true), ("keys.db", 0o604, true), ("keys.db", 0o602, true),
            ("keys.db", 0o711, false), ("keys.db-wal", 0o644, true), ("keys.db-shm", 0o660, true),
            (".env", 0o600, false),
            (".env", 0o640, true), (".env", 0o666, true), ("key", 0o640, false), ("key", 0o400, false),
            ("key", 0o644, true),
            ("key", 0o602, true),
        ])
    func modes(_ file: String, _ mode: Int, _ isTold: Bool) throws {
        let files = [
            ".env": "", "key": "a secret of sufficient length\n", "keys.db": "", "keys.db-wal": "", "keys.db-shm": "",
        ]
        try withDirectory(files) { directory in
            let all = files.mapValues { _ in 0o600 }.merging([file: mode]) { $1 }
            let lines = try lines(directory, secret: ["NOT_MY_KEY_FILE": "\(directory)/key"], all)
            let path = "\(directory)/\(file)"
            let line = "\(path) has mode \(String(mode, radix: 8)), which lets other users of this machine at it"
            #expect(lines == (isTold ? ["\(line): chmod 600 \(path)"] : []))
        }
    }

    @Test("are none where nothing is there, and say nothing of a secret in the environment") func nothing() throws {
        try withDirectory([:]) { directory in
            let lines = try lines(directory, secret: ["NOT_MY_KEY": "exactly 16 bytes"], [:])
            #expect(lines == [])
        }
    }

    @Test("are one for a short secret, which is not in it") func short() throws {
        try withDirectory([:]) { directory in
            let lines = try lines(directory, secret: ["NOT_MY_KEY": "only 15 bytes.."], [:])
            #expect(lines.count == 1 && lines[0].hasPrefix("NOT_MY_KEY has fewer than 16 bytes"))
            #expect(!lines[0].contains("only 15 bytes"))
        }
    }

    @Test("say what a link that led nowhere was made into") func link() throws {
        try withDirectory([:]) { directory in
            try FileManager.default.createSymbolicLink(
                atPath: "\(directory)/keys.db", withDestinationPath: "\(directory)/elsewhere.db")
            let reader = try SettingsReader(
                environment: ["JWKS_DATABASE": "sqlite:\(directory)/keys.db", "NOT_MY_KEY": "a secret of some length"],
                directory: directory)
            let warnings = try StartWarnings(Settings(reader, host: host), reader)
            // As the start does between.
            try Data().write(to: URL(filePath: "\(directory)/elsewhere.db"))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o600], ofItemAtPath: "\(directory)/elsewhere.db")
            #expect(
                warnings.lines == [
                    "the database's path \(directory)/keys.db was a link to a file that was not there:"
                        + " \(directory)/elsewhere.db was made"
                ])
            let again = try StartWarnings(Settings(reader, host: host), reader)
            #expect(again.lines == [])
        }
    }
}

package import AuthCore
package import AuthSQLite

/// What `backup` answers.
package struct BackupReport: CommandReport {
    private let copy: SQLiteCopy
    private let file: String
    private let bytes: Int

    /// - Parameters:
    ///   - copy: what is in it.
    ///   - file: where it is, from the root.
    ///   - bytes: how large it is.
    package init(_ copy: SQLiteCopy, file: String, bytes: Int) {
        self.copy = copy
        self.file = file
        self.bytes = bytes
    }

    /// What is in it, and what it needs to be of use.
    package var lines: [String] {
        [
            "\(file) is whole, \(bytes) bytes: \(copy.summary)",
            "every key in it opens with this NOT_MY_KEY, and with nothing else: keep that in another place",
        ]
    }

    /// `{"file":"…","bytes":…,"users":…,"auth_logs":…,"last_written_at":"…","keys":[{"kid","alg","state"}]}`.
    package var json: [(name: String, value: JSONValue)] {
        let made: [(name: String, value: JSONValue)] = [
            ("file", .string(file)), ("bytes", .integer(Int64(bytes))),
        ]
        return made + copy.members
    }
}

extension SQLiteCopy {
    /// Accounts, keys and their states, the log's rows and the youngest of all, in one line.
    var summary: String {
        let keys = contents.keys.map { "\($0.id) \($0.lifecycle?.state.rawValue ?? "of the original")" }
        return
            "\(counted(users, "account")), \(counted(logs, "row")) of auth_logs, keys \(keys.joined(separator: ", "))"
            + (lastWritten.map { "; last written at \(utcText($0)) UTC" } ?? "")
    }

    /// The same for a machine.
    var members: [(name: String, value: JSONValue)] {
        let keys = contents.keys.map { key in
            JSONValue.object([
                ("kid", .string(key.id.description)),
                ("alg", .string((key.lifecycle?.algorithm ?? .rs256).rawValue)),
                ("state", key.lifecycle.map { .string($0.state.rawValue) } ?? .null),
            ])
        }
        return [
            ("users", .integer(Int64(users))), ("auth_logs", .integer(Int64(logs))),
            ("last_written_at", .moment(lastWritten)), ("keys", .array(keys)),
        ]
    }
}

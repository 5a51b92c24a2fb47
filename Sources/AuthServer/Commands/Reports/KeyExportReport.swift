package import AuthCore

/// What `keys export` answers.
package struct KeyExportReport: CommandReport {
    private let changes: KeyExportDirectory.Changes
    private let directory: String

    /// - Parameter directory: as it was given.
    package init(_ changes: KeyExportDirectory.Changes, directory: String) {
        self.changes = changes
        self.directory = directory
    }

    /// A line for each file that was written or removed.
    package var lines: [String] {
        guard !changes.isEmpty else { return ["\(directory) is up to date"] }
        return changes.written.map { "wrote \(directory)/\($0)" } + changes.removed.map { "removed \(directory)/\($0)" }
    }

    /// `{"directory":"…","written":[…],"removed":[…]}`.
    package var json: [(name: String, value: JSONValue)] {
        [
            ("directory", .string(directory)), ("written", .array(changes.written.map { .string($0) })),
            ("removed", .array(changes.removed.map { .string($0) })),
        ]
    }

    /// The keys of `set` in PEM, each after a line that says which it is; what stands outside the marks is for people
    /// (RFC 7468 §2).
    package static func text(of set: JWKSet) -> String {
        set.keys.map { "# kid \($0.id), \($0.algorithm.rawValue)\n\($0.pem)" }.joined()
    }
}

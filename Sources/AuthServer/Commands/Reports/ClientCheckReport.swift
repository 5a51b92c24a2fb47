package import AuthCore

/// What `clients check` answers.
package struct ClientCheckReport: CommandReport {
    private let findings: [Finding]

    /// - Parameter findings: in the order of a login.
    package init(_ findings: [Finding]) { self.findings = findings }

    /// Whether anything would fail.
    package var isWrong: Bool { failure != nil }

    private var failure: Finding? { findings.first { $0.verdict == .wrong } }

    /// A line for each finding, and what would fail first.
    package var lines: [String] {
        let end = failure.map { "a login fails at: \($0.subject)" } ?? "a login would succeed"
        return FindingsReport(findings).lines + [end]
    }

    /// Those of ``FindingsReport``, and `fails_at`: null where nothing would fail.
    package var json: [(name: String, value: JSONValue)] {
        FindingsReport(findings).json + [("fails_at", failure.map { .string($0.subject) } ?? .null)]
    }
}

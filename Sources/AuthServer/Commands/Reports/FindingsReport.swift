package import AuthCore

/// What was looked at, a line each: what `doctor` answers.
package struct FindingsReport: CommandReport {
    private let findings: [Finding]

    /// - Parameter findings: in the order in which they are told.
    package init(_ findings: [Finding]) { self.findings = findings }

    /// Whether anything is wrong, beyond a warning.
    package var isWrong: Bool { findings.contains { $0.verdict == .wrong } }

    /// A line each: verdict, subject and text.
    package var lines: [String] {
        alignedLines(
            findings.map { [$0.verdict.rawValue, $0.subject, $0.text.escapingControlCharacters()] })
    }

    /// `{"findings":[{"check":"…","verdict":"…","text":"…"}]}`.
    package var json: [(name: String, value: JSONValue)] {
        let objects = findings.map { finding in
            JSONValue.object([
                ("check", .string(finding.subject)), ("verdict", .string(finding.verdict.rawValue)),
                ("text", .string(finding.text)),
            ])
        }
        return [("findings", .array(objects))]
    }
}

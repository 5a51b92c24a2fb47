/// One thing that `doctor` looked at, and what it thinks of it.
package struct Finding: Equatable, Sendable {
    /// How bad it is.
    package enum Verdict: String, Sendable {
        case ok
        /// It works, and should not stay so.
        case warning
        /// It does not work, or somebody reads what is not for them.
        case wrong
    }

    /// What was looked at, a word or two.
    package let subject: String
    /// What came of it.
    package let verdict: Verdict
    /// What is there, and what to do about it; one line.
    package let text: String

    init(_ subject: String, _ verdict: Verdict, _ text: String) {
        self.subject = subject
        self.verdict = verdict
        self.text = text
    }

    /// What could not be looked at, because of an error that a start would end with.
    package static func failure(of subject: String, _ error: any Error) -> Finding {
        Finding(subject, .wrong, CommandFailure(error).line)
    }
}

package import AuthCore

/// What `sessions end` answers.
package struct SessionsEndReport: CommandReport {
    private let account: Account?
    private let sessions: Int

    /// - Parameters:
    ///   - account: whose they were; nil where it could not be read.
    ///   - sessions: how many there were to end.
    package init(_ account: Account?, sessions: Int) {
        self.account = account
        self.sessions = sessions
    }

    /// How many.
    package var lines: [String] {
        let whose = account.map { " of user \($0.id), \($0.username.escapingControlCharacters())," } ?? ""
        return ["\(sessions) session\(sessions == 1 ? "" : "s")\(whose) ended"]
    }

    /// The account, and how many.
    package var json: [(name: String, value: JSONValue)] {
        (account?.members ?? []) + [("sessions_ended", .integer(Int64(sessions)))]
    }
}

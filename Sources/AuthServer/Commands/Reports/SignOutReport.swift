package import AuthCore

/// What `users sign-out-everywhere` answers.
package struct SignOutReport: CommandReport {
    private let account: Account
    private let ended: SignOutEverywhere.Outcome

    /// - Parameter ended: what there was to end.
    package init(_ account: Account, _ ended: SignOutEverywhere.Outcome) {
        self.account = account
        self.ended = ended
    }

    /// How many of each.
    package var lines: [String] {
        let name = account.username.escapingControlCharacters()
        return [
            "user \(account.id), \(name), is signed out everywhere: \(ended.summary)"
                + " ended"
        ]
    }

    /// The account, and how many of each.
    package var json: [(name: String, value: JSONValue)] {
        account.members + ended.members
    }
}

extension SignOutEverywhere.Outcome {
    /// `1 session and 2 grants`.
    var summary: String {
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        return "\(count(sessions, "session")) and \(count(grants, "grant"))"
    }

    /// How many of each.
    var members: [(name: String, value: JSONValue)] {
        [("sessions_ended", .integer(Int64(sessions))), ("grants_ended", .integer(Int64(grants)))]
    }
}

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
            "user \(account.id), \(name), is signed out everywhere: \(count(ended.sessions, "session")) and"
                + " \(count(ended.grants, "grant")) ended"
        ]
    }

    /// The account, and how many of each.
    package var json: [(name: String, value: JSONValue)] {
        account.members + [
            ("sessions_ended", .integer(Int64(ended.sessions))), ("grants_ended", .integer(Int64(ended.grants))),
        ]
    }

    private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

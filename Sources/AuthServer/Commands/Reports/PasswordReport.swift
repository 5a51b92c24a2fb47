package import AuthCore

/// What `users create` and `users reset-password` answer.
package struct PasswordReport: CommandReport {
    private let account: Account
    private let password: String?

    /// - Parameter password: that was generated; nil for one that the operator chose.
    package init(_ account: Account, password: String?) {
        self.account = account
        self.password = password
    }

    /// The password alone, for a script to take; nothing where there is none to tell.
    package var lines: [String] { password.map { [$0] } ?? [] }

    /// The account, and its `password`, null where the operator chose it.
    package var json: [(name: String, value: JSONValue)] {
        account.members + [("password", password.map { .string($0) } ?? .null)]
    }
}

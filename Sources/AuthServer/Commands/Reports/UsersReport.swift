package import AuthCore

/// What `users list` answers.
package struct UsersReport: CommandReport {
    private static let header = ["ID", "USERNAME", "E-MAIL", "REGISTERED", "LAST LOGIN", "STATE"]

    private let accounts: [Account]

    /// - Parameter accounts: in their order.
    package init(_ accounts: [Account]) { self.accounts = accounts }

    /// A table.
    package var lines: [String] {
        guard !accounts.isEmpty else { return ["there are no users: users create opens an account"] }
        return alignedLines([Self.header] + accounts.map(cells))
    }

    /// `{"users":[…]}`, one object for each account.
    package var json: [(name: String, value: JSONValue)] {
        [("users", .array(accounts.map { .object($0.members) }))]
    }

    private func cells(of account: Account) -> [String] {
        [
            account.id.description, account.username.escapingControlCharacters(),
            account.email?.escapingControlCharacters() ?? "-", account.registeredAt.map(utcText) ?? "-",
            account.lastLogin.map(utcText) ?? "-", account.state,
        ]
    }
}

extension Account {
    /// As `users list` and `users show` have it in JSON.
    var members: [(name: String, value: JSONValue)] {
        [
            ("id", .integer(id)), ("username", .string(username)), ("email", email.map { .string($0) } ?? .null),
            ("registered_at", .moment(registeredAt)), ("last_login", .moment(lastLogin)),
            ("disabled_at", .moment(disabledAt)), ("must_change_password", .boolean(mustChangePassword)),
            ("password_changed_at", .moment(passwordChangedAt)),
        ]
    }

    /// In a word or two.
    fileprivate var state: String {
        disabledAt != nil ? "disabled" : mustChangePassword ? "must change password" : "usual"
    }
}

package import AuthCore

/// What `users show`, `update`, `disable`, `enable` and `delete` answer.
package struct UserReport: CommandReport {
    private let account: Account
    private let did: String?

    /// - Parameters:
    ///   - account: after what was done; before it, where it is deleted.
    ///   - did: what became of the account, as the end of a sentence; nil where nothing was to be done.
    package init(_ account: Account, did: String? = nil) {
        self.account = account
        self.did = did
    }

    /// What was done, or everything that there is to see.
    package var lines: [String] {
        let name = account.username.escapingControlCharacters()
        if let did { return ["user \(account.id), \(name), \(did)"] }
        return alignedLines([
            ["id", account.id.description], ["username", name],
            ["e-mail", account.email?.escapingControlCharacters() ?? "-"],
            ["registered", text(account.registeredAt)], ["last login", text(account.lastLogin)],
            ["disabled", text(account.disabledAt)],
            ["must change password", account.mustChangePassword ? "yes" : "no"],
            ["password changed", text(account.passwordChangedAt)],
        ])
    }

    /// The account, and what was done as `result`.
    package var json: [(name: String, value: JSONValue)] {
        account.members + (did.map { [("result", .string($0))] } ?? [])
    }

    private func text(_ moment: Timestamp?) -> String { moment.map { "\(utcText($0)) UTC" } ?? "-" }
}

package import AuthCore
package import AuthSQLite

/// What `restore` answers.
package struct RestoreReport: CommandReport {
    private let copy: SQLiteCopy
    private let origin: String
    private let ended: SignOutEverywhere.Outcome
    private let returning: ReturningKeys
    private let replaced: (revoked: [KeyID], active: KeyID)?

    /// - Parameters:
    ///   - copy: what was in the file.
    ///   - origin: the file.
    ///   - ended: the sessions and grants that it brought back.
    ///   - returning: the keys that it brought back.
    ///   - replaced: those that were revoked at once, and the key that signs now; nil where none was asked for.
    package init(
        _ copy: SQLiteCopy, from origin: String, ended: SignOutEverywhere.Outcome, returning: ReturningKeys,
        replaced: (revoked: [KeyID], active: KeyID)?
    ) {
        self.copy = copy
        self.origin = origin
        self.ended = ended
        self.returning = returning
        self.replaced = replaced
    }

    /// What was put back, what is lost, and what to do before the server starts.
    package var lines: [String] {
        let moment = copy.lastWritten.map { "\(utcText($0)) UTC" } ?? "the copy was made"
        let about = [
            "restored from \(origin): \(copy.summary)",
            "accounts and passwords of after \(moment) are not in it; new accounts get numbers that none of them had",
            "\(ended.summary) of the copy ended: nobody is signed in",
        ]
        if let replaced {
            let kids = replaced.revoked.map(\.description).joined(separator: ", ")
            return about + [
                "keys \(kids) are revoked, key \(replaced.active) signs: tokens of before verify no more, all log in again"
            ]
        }
        guard !returning.keys.isEmpty else { return about + ["no key comes back: the server makes new ones"] }
        let keys = returning.keys.map { "\($0.id) (\($0.state?.rawValue ?? "of the original"))" }
        return about + [
            "keys \(keys.joined(separator: ", ")) will be in the JWK Set again: if one of them was revoked after \(moment),"
                + " it is trusted again",
            "where that may be: `jwks-server keys revoke KID` before the server starts, or restore again with --new-keys",
        ]
    }

    /// As of `backup`, with `restored`, `sessions_ended`, `grants_ended`, `returning` (kids), `revoked` (kids) and `signs`, which is null without --new-keys.
    package var json: [(name: String, value: JSONValue)] {
        func kids(_ ids: [KeyID]) -> JSONValue { .array(ids.map { .string($0.description) }) }
        let restored: [(name: String, value: JSONValue)] = [("restored", .string(origin))]
        let keys: [(name: String, value: JSONValue)] = [
            ("returning", kids(returning.keys.map(\.id))), ("revoked", kids(replaced?.revoked ?? [])),
            ("signs", replaced.map { .string($0.active.description) } ?? .null),
        ]
        return restored + copy.members + ended.members + keys
    }
}

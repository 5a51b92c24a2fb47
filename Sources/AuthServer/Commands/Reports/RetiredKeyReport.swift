package import AuthCore

/// What `keys revoke` answers for a key that left the JWK Set before.
package struct RetiredKeyReport: CommandReport {
    private let key: KeyID

    /// For this one.
    package init(_ key: KeyID) { self.key = key }

    /// What happened.
    package var lines: [String] {
        [
            "key \(key) had left the JWK Set in its time: ID tokens under it are no hints any more, for /authorize and /logout"
        ]
    }

    /// `{"revoked":"…"}`: nothing signs in its place, and no verifier knew it.
    package var json: [(name: String, value: JSONValue)] { [("revoked", .string(key.description))] }
}

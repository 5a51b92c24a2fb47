/// What was done or tried. The names are for ever: rows keep them, and scripts look for them.
package enum AuditAction: String, CaseIterable, Sendable {
    case login
    case register
    case passwordChange = "password.change"
    /// With a password, on the sign-in page.
    case signIn = "sign_in"
    /// By the user, at a client's wish or their own.
    case signOut = "sign_out"
    /// A client got a code, or a user said no.
    case authorize

    /// A user took from a client what it had.
    case consentWithdraw = "consent.withdraw"

    case userCreate = "user.create"
    case userUpdate = "user.update"
    case userDisable = "user.disable"
    case userEnable = "user.enable"
    case userResetPassword = "user.reset_password"
    case userSignOutEverywhere = "user.sign_out_everywhere"
    case userDelete = "user.delete"
    /// A user ended one session from another, or an operator some.
    case sessionEnd = "session.end"

    case keyGenerate = "key.generate"
    case keyActivate = "key.activate"
    case keyRetire = "key.retire"
    case keyRevoke = "key.revoke"
    case keyDelete = "key.delete"
    /// An operator wants the next key to sign as soon as it is safe.
    case keyRotate = "key.rotate"
    /// Somebody else deleted a half of a key, and the other half was dealt with.
    case keyRepair = "key.repair"
    /// A key of the original implementation was sealed in our format.
    case keyImport = "key.import"
    case masterKeyRotate = "master_key.rotate"

    case clientCreate = "client.create"
    case clientUpdate = "client.update"
    case clientRotateSecret = "client.rotate_secret"
    case clientDisable = "client.disable"
    case clientEnable = "client.enable"
    case clientDelete = "client.delete"
    case resourceAdd = "resource.add"
    case resourceRemove = "resource.remove"

    /// A client fetched tokens with a code or its own secret, or tried to with what was used before. A refresh that was
    /// right leaves no row: there would be one for every ten minutes of every session.
    case tokenIssue = "token.issue"
    /// A client gave a token back.
    case tokenRevoke = "token.revoke"

    case backup
    case restore
    case migrate
}

/// What came of it. The names are for ever.
package enum AuditOutcome: String, CaseIterable, Sendable {
    case success
    case failure
}

/// Why it came so: for the operator, never for the caller. The names are for ever.
package enum AuditReason: String, CaseIterable, Sendable {
    /// Nobody has the name.
    case unknownUser = "unknown_user"
    case wrongPassword = "wrong_password"
    /// The account is disabled, whatever the password.
    case disabled
    /// The account was disabled, deleted or given another password while this one was checked.
    case changedMeanwhile = "changed_meanwhile"
    /// The password was right, and opens nothing but the way to another one.
    case passwordChangeRequired = "password_change_required"
    /// The user did not agree, or another one was wanted.
    case denied
    /// A key signs before verifiers can be sure to know it: there was no other.
    case early
    /// There was a key's state and no key.
    case keyMissing = "key_missing"
    /// There was a key and no state.
    case stateMissing = "state_missing"
    /// A code that was used before; its grant was ended.
    case codeReuse = "code_reuse"
    /// A refresh token that its owner cannot have any more; its grant was ended.
    case refreshReuse = "refresh_reuse"
}

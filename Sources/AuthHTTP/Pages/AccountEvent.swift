import AuthCore

/// What a user is told of a row of the audit log.
enum AccountEvent: Equatable {
    case login
    case signIn
    case refusedSignIn
    case disabledSignIn
    case mustChange
    case passwordChange
    case refusedPasswordChange
    case opened
    case authorize(client: String)
    case denied(client: String)
    case reuse(client: String)
    case sessionEnd
    case withdraw(client: String)
    case everywhere
    case disabled
    case enabled
    case reset
    case everywhereByOperator

    /// nil for what is nothing to a user: that a client fetches tokens, and what this server does not know.
    /// - Parameter client: what the client of the row is called.
    init?(_ record: AuditRecord, client: String) {
        guard let action = record.action.flatMap(AuditAction.init) else { return nil }
        let isDone = record.outcome == AuditOutcome.success.rawValue
        let reason = record.reason.flatMap(AuditReason.init)
        switch action {
        case .login, .signIn:
            guard isDone else {
                self =
                    reason == .disabled
                    ? .disabledSignIn : reason == .passwordChangeRequired ? .mustChange : .refusedSignIn
                return
            }
            self = action == .login ? .login : .signIn
        case .passwordChange: self = isDone ? .passwordChange : .refusedPasswordChange
        case .register, .userCreate: self = .opened
        case .authorize: self = isDone ? .authorize(client: client) : .denied(client: client)
        case .tokenIssue where reason == .codeReuse || reason == .refreshReuse: self = .reuse(client: client)
        case .sessionEnd: self = .sessionEnd
        case .consentWithdraw: self = .withdraw(client: client)
        case .userSignOutEverywhere:
            // By the user's own browser, which has an address.
            self = record.address == nil ? .everywhereByOperator : .everywhere
        case .userDisable: self = .disabled
        case .userEnable: self = .enabled
        case .userResetPassword: self = .reset
        default: return nil
        }
    }
}

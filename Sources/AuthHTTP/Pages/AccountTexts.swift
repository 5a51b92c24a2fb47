import AuthCore

/// What the account's own pages say, in one language.
struct AccountTexts: Texts {
    let title: String
    let changePassword: String
    let signOut: String
    let sessionsTitle: String
    let thisBrowser: String
    let unknownBrowser: String
    let onSystem: @Sendable (_ browser: String, _ system: String) -> String
    let lastSeen: @Sendable (_ time: String) -> String
    let moreSessions: @Sendable (_ count: Int) -> String
    let everywhere: String
    let whatEverywhereDoes: String
    let applicationsTitle: String
    let noApplications: String
    let goneApplication: String
    let onThisComputer: String
    let since: @Sendable (_ time: String) -> String
    let withdraw: String
    let whatWithdrawDoes: String
    let eventsTitle: String
    let noEvents: String
    let yourAccount: String
    let backToAccount: String
    let signedOutTitle: String
    let signedOut: String
    let signInAgain: String
    let notices: @Sendable (AccountNotice) -> String
    let currentPassword: String
    let newPassword: String
    let repeatedPassword: String
    let passwordHint: String
    let whatChangeDoes: String
    let passwordTooShort: String
    let samePassword: String
    let otherRepeated: String
    let events: @Sendable (AccountEvent) -> String

    /// A browser in a few words.
    func device(_ userAgent: String) -> String {
        let device = Device(userAgent: userAgent)
        guard let system = device.system else { return device.browser ?? unknownBrowser }
        return onSystem(device.browser ?? unknownBrowser, system)
    }

    static let english = AccountTexts(
        title: "Your account",
        changePassword: "Change password",
        signOut: "Sign out",
        sessionsTitle: "Where you are signed in",
        thisBrowser: "this browser",
        unknownBrowser: "A browser",
        onSystem: { "\($0) on \($1)" },
        lastSeen: { "last seen \($0)" },
        moreSessions: { "And \($0) more. Sign out everywhere ends them, too." },
        everywhere: "Sign out everywhere",
        whatEverywhereDoes: "Signs out each of these browsers, this one too, and ends the access of every application. "
            + "What an application has in its hands by then it may still use for up to an hour.",
        applicationsTitle: "Applications",
        noApplications: "No application has access to your account.",
        goneApplication: "An application that is gone",
        onThisComputer: "a program on your computer",
        since: { "since \($0)" },
        withdraw: "Withdraw",
        whatWithdrawDoes: "An application from which you withdraw access has to ask you again.",
        eventsTitle: "What happened lately",
        noEvents: "Nothing.",
        yourAccount: "to see your account",
        backToAccount: "Back to your account",
        signedOutTitle: "You are signed out",
        signedOut: "Nobody is signed in with this browser any more.",
        signInAgain: "Sign in again",
        notices: { notice in
            switch notice {
            case .ended: "That browser is signed out."
            case .withdrawn: "That application has no access any more."
            case .gone: "That had ended already: there was nothing to do."
            case .signedIn: "You are signed in again. Nothing was changed yet: press the button once more."
            case .passwordChanged: "Your password is changed, and every other browser is signed out."
            case .signedOut: "You are signed out."
            }
        },
        currentPassword: "Current password",
        newPassword: "New password",
        repeatedPassword: "New password, once more",
        passwordHint: "At least 8 characters; the longer, the better.",
        whatChangeDoes: "Every other browser is signed out, and applications have to sign you in again.",
        passwordTooShort: "The new password has to have at least 8 characters, and not more than 1,024.",
        samePassword: "The new password is the current one: choose another.",
        otherRepeated: "The two new passwords are not the same: type them once more.",
        events: { event in
            switch event {
            case .login: "Signed in with the password, by a program"
            case .signIn: "Signed in"
            case .refusedSignIn: "A sign-in with a wrong password"
            case .disabledSignIn: "A sign-in while the account was disabled"
            case .mustChange: "A sign-in with a password that had to be changed first"
            case .passwordChange: "Password changed"
            case .refusedPasswordChange: "A change of the password with a wrong one"
            case .opened: "Account opened"
            case .authorize(let client): "Let \(client) in"
            case .denied(let client): "Did not let \(client) in"
            case .reuse(let client): "Access of \(client) ended: something secret of it was used twice"
            case .sessionEnd: "Signed out a browser"
            case .withdraw(let client): "Withdrew the access of \(client)"
            case .everywhere: "Signed out everywhere"
            case .disabled: "Account disabled by the operator"
            case .enabled: "Account enabled by the operator"
            case .reset: "Password reset by the operator"
            case .everywhereByOperator: "Signed out everywhere by the operator"
            }
        })
}

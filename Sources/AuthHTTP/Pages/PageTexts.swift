/// What the pages of a sign-in and a sign-out say, in one language, and what all pages share.
struct PageTexts: Texts {
    let signIn: String
    let error: String
    let toContinue: @Sendable (_ client: String) -> String
    let username: String
    let password: String
    let cancel: String
    let wrongPassword: String
    let tooManyAttempts: @Sendable (_ seconds: String) -> String
    let busy: @Sendable (_ seconds: String) -> String
    let changeFirst: String
    let allowTitle: @Sendable (_ client: String) -> String
    let signedInAs: @Sendable (_ username: String) -> String
    let willBeAble: @Sendable (_ client: String) -> String
    let allowMoreTitle: @Sendable (_ client: String) -> String
    let willAlsoBeAble: @Sendable (_ client: String) -> String
    let agreedBefore: String
    let knowWho: String
    let seeName: String
    let seeEmail: String
    let stayConnected: String
    let useScope: String
    let useResource: String
    let goesTo: String
    let goesToProgram: String
    let goesToApp: String
    let allow: String
    let deny: String
    let overTitle: String
    let over: String
    let late: String
    let usedTitle: String
    let used: String
    let backTo: @Sendable (_ client: String) -> String
    let refusedTitle: String
    let unknownClient: String
    let noRedirectURI: String
    let otherRedirectURI: String
    let wantedAddress: String
    let registeredAddresses: String
    let tellOperator: String
    let failedTitle: String
    let foreignForm: String
    let serverFailed: String
    /// Before a sentence for developers, which is English in every language.
    let refused: String
    let signOutTitle: String
    let signOutAskedBy: @Sendable (_ client: String) -> String
    let signOutStays: String
    let signOut: String
    let signedOutTitle: String
    let signedOut: String
    let signedOutStays: String
    let continueTitle: String
    let `continue`: String

    static let english = PageTexts(
        signIn: "Sign in",
        error: "Error",
        toContinue: { "to continue to \($0)" },
        username: "User name",
        password: "Password",
        cancel: "Cancel",
        wrongPassword: "The user name or the password is wrong.",
        tooManyAttempts: { "Too many attempts. Try again in \($0 == "1" ? "a second" : "\($0) seconds")." },
        busy: { "The server is busy. Try again in \($0 == "1" ? "a second" : "\($0) seconds")." },
        changeFirst: "This password was generated and has to be changed first.",
        allowTitle: { "Let \($0) in?" },
        signedInAs: { "You are signed in as \($0)." },
        willBeAble: { "\($0) will be able to:" },
        allowMoreTitle: { "Let \($0) do more?" },
        willAlsoBeAble: { "\($0) will also be able to:" },
        agreedBefore: "To what else it asks for you agreed before.",
        knowWho: "know who you are",
        seeName: "see your user name",
        seeEmail: "see your e-mail address",
        stayConnected: "keep this access while you are away",
        useScope: "use",
        useResource: "act for you at",
        goesTo: "The answer goes to",
        goesToProgram: "The answer goes to a program on this computer, at",
        goesToApp: "The answer goes to the app",
        allow: "Allow",
        deny: "Deny",
        overTitle: "This sign-in is over",
        over: "It took too long, was begun in another browser, or this browser keeps no cookies of this server. "
            + "Go back to where you came from and start again.",
        late: "It took too long. Go back to the application and start again.",
        usedTitle: "This sign-in was used already",
        used: "It has brought you to the application once. To sign in again, start there.",
        backTo: { "Back to \($0)" },
        refusedTitle: "This request cannot be answered",
        unknownClient: "The application that sent you here is not known to this server.",
        noRedirectURI: "The application that sent you here did not say where the answer goes.",
        otherRedirectURI: "The application that sent you here wants the answer at an address that is not registered "
            + "for it.",
        wantedAddress: "Wanted:",
        registeredAddresses: "Registered:",
        tellOperator: "Go back to the application. If this happens again, tell its operator this id:",
        failedTitle: "This did not work",
        foreignForm: "This form did not come from a page of this server. Go back to the application and start again.",
        serverFailed: "Something went wrong on the server.",
        refused: "The server does not answer what was sent:",
        signOutTitle: "Sign out?",
        signOutAskedBy: { "\($0) wants to sign you out." },
        signOutStays:
            "The application did not say where you go afterwards in a way that this server accepts: you will stay "
            + "here.",
        signOut: "Sign out",
        signedOutTitle: "You are signed out",
        signedOut:
            "Nobody is signed in to this server in this browser any more. An application that you used may need to "
            + "be signed out of by itself.",
        signedOutStays:
            "The application did not say where you go now in a way that this server accepts. Go back to it by "
            + "its own address.",
        continueTitle: "One more step",
        continue: "Continue")
}

extension AccountTexts {
    static let german = AccountTexts(
        title: "Ihr Konto",
        changePassword: "Passwort ändern",
        signOut: "Abmelden",
        sessionsTitle: "Wo Sie angemeldet sind",
        thisBrowser: "dieser Browser",
        unknownBrowser: "Ein Browser",
        onSystem: { "\($0), \($1)" },
        lastSeen: { "zuletzt am \($0)" },
        moreSessions: { "Und \($0) weitere. Überall abmelden beendet auch sie." },
        everywhere: "Überall abmelden",
        whatEverywhereDoes:
            "Meldet jeden dieser Browser ab, auch diesen, und beendet den Zugriff jeder Anwendung. Was eine "
            + "Anwendung dann schon in Händen hat, kann sie noch bis zu einer Stunde verwenden.",
        applicationsTitle: "Anwendungen",
        noApplications: "Keine Anwendung hat Zugriff auf Ihr Konto.",
        goneApplication: "Eine Anwendung, die es nicht mehr gibt",
        onThisComputer: "ein Programm auf Ihrem Computer",
        since: { "seit \($0)" },
        withdraw: "Entziehen",
        whatWithdrawDoes: "Eine Anwendung, der Sie den Zugriff entziehen, muss Sie neu fragen.",
        eventsTitle: "Was zuletzt geschah",
        noEvents: "Nichts.",
        yourAccount: "um Ihr Konto zu sehen",
        backToAccount: "Zurück zu Ihrem Konto",
        signedOutTitle: "Sie sind abgemeldet",
        signedOut: "Mit diesem Browser ist niemand mehr angemeldet.",
        signInAgain: "Wieder anmelden",
        notices: { notice in
            switch notice {
            case .ended: "Jener Browser ist abgemeldet."
            case .withdrawn: "Jene Anwendung hat keinen Zugriff mehr."
            case .gone: "Das war schon beendet: Es war nichts zu tun."
            case .signedIn: "Sie sind wieder angemeldet. Geändert wurde noch nichts: Drücken Sie noch einmal."
            case .passwordChanged: "Ihr Passwort ist geändert, und jeder andere Browser ist abgemeldet."
            case .signedOut: "Sie sind abgemeldet."
            }
        },
        currentPassword: "Jetziges Passwort",
        newPassword: "Neues Passwort",
        repeatedPassword: "Neues Passwort, noch einmal",
        passwordHint: "Mindestens 8 Zeichen; je länger, desto besser.",
        whatChangeDoes: "Jeder andere Browser wird abgemeldet, und Anwendungen müssen Sie neu anmelden.",
        passwordTooShort: "Das neue Passwort muss mindestens 8 Zeichen haben und höchstens 1.024.",
        samePassword: "Das neue Passwort ist das jetzige: Wählen Sie ein anderes.",
        otherRepeated: "Die beiden neuen Passwörter sind nicht gleich: Geben Sie sie noch einmal ein.",
        events: { event in
            switch event {
            case .login: "Mit dem Passwort angemeldet, von einem Programm"
            case .signIn: "Angemeldet"
            case .refusedSignIn: "Eine Anmeldung mit falschem Passwort"
            case .disabledSignIn: "Eine Anmeldung, während das Konto gesperrt war"
            case .mustChange: "Eine Anmeldung mit einem Passwort, das erst zu ändern war"
            case .passwordChange: "Passwort geändert"
            case .refusedPasswordChange: "Eine Änderung des Passworts mit einem falschen"
            case .opened: "Konto eröffnet"
            case .authorize(let client): "Zugriff gegeben: \(client)"
            case .denied(let client): "Zugriff nicht gegeben: \(client)"
            case .reuse(let client): "Zugriff beendet, ein Geheimnis wurde zweimal verwendet: \(client)"
            case .sessionEnd: "Einen Browser abgemeldet"
            case .withdraw(let client): "Zugriff entzogen: \(client)"
            case .everywhere: "Überall abgemeldet"
            case .disabled: "Konto vom Betreiber gesperrt"
            case .enabled: "Konto vom Betreiber entsperrt"
            case .reset: "Passwort vom Betreiber neu gesetzt"
            case .everywhereByOperator: "Vom Betreiber überall abgemeldet"
            }
        })
}

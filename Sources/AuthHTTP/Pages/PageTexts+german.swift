extension PageTexts {
    static let german = PageTexts(
        signIn: "Anmelden",
        error: "Fehler",
        toContinue: { "weiter zu \($0)" },
        username: "Benutzername",
        password: "Passwort",
        cancel: "Abbrechen",
        wrongPassword: "Der Benutzername oder das Passwort ist falsch.",
        tooManyAttempts: {
            "Zu viele Versuche. Versuchen Sie es in \($0 == "1" ? "einer Sekunde" : "\($0) Sekunden") noch einmal."
        },
        busy: {
            "Der Server ist ausgelastet. Versuchen Sie es in \($0 == "1" ? "einer Sekunde" : "\($0) Sekunden") noch einmal."
        },
        changeFirst: "Dieses Passwort wurde erzeugt und muss erst geändert werden.",
        allowTitle: { "\($0) Zugriff geben?" },
        signedInAs: { "Sie sind angemeldet als \($0)." },
        willBeAble: { "\($0) kann dann:" },
        allowMoreTitle: { "\($0) mehr erlauben?" },
        willAlsoBeAble: { "\($0) kann dann außerdem:" },
        agreedBefore: "Was sie sonst verlangt, haben Sie schon erlaubt.",
        knowWho: "wissen, wer Sie sind",
        seeName: "Ihren Benutzernamen sehen",
        seeEmail: "Ihre E-Mail-Adresse sehen",
        stayConnected: "diesen Zugriff behalten, während Sie nicht da sind",
        useScope: "verwenden:",
        useResource: "für Sie handeln bei",
        goesTo: "Die Antwort geht an",
        goesToProgram: "Die Antwort geht an ein Programm auf diesem Computer, unter",
        goesToApp: "Die Antwort geht an die App",
        allow: "Erlauben",
        deny: "Ablehnen",
        overTitle: "Diese Anmeldung ist vorbei",
        over: "Sie hat zu lange gedauert, in einem anderen Browser begonnen, oder dieser Browser behält keine Cookies "
            + "dieses Servers. Gehen Sie dorthin zurück, woher Sie kamen, und beginnen Sie von vorn.",
        late: "Sie hat zu lange gedauert. Gehen Sie zurück zur Anwendung und beginnen Sie von vorn.",
        usedTitle: "Diese Anmeldung wurde schon benutzt",
        used: "Sie hat Sie einmal zur Anwendung gebracht. Um sich wieder anzumelden, beginnen Sie dort.",
        backTo: { "Zurück zu \($0)" },
        refusedTitle: "Diese Anfrage kann nicht beantwortet werden",
        unknownClient: "Die Anwendung, von der Sie kommen, ist diesem Server nicht bekannt.",
        noRedirectURI: "Die Anwendung, von der Sie kommen, hat nicht gesagt, wohin die Antwort geht.",
        otherRedirectURI: "Die Anwendung, von der Sie kommen, möchte die Antwort an einer Adresse, die nicht für sie "
            + "eingetragen ist.",
        wantedAddress: "Verlangt:",
        registeredAddresses: "Eingetragen:",
        tellOperator: "Gehen Sie zurück zur Anwendung. Geschieht es wieder, nennen Sie deren Betreiber diese Kennung:",
        failedTitle: "Das hat nicht geklappt",
        foreignForm: "Dieses Formular kam nicht von einer Seite dieses Servers. Gehen Sie zurück zur Anwendung und "
            + "beginnen Sie von vorn.",
        serverFailed: "Auf dem Server ist etwas schiefgegangen.",
        refused: "Was geschickt wurde, beantwortet der Server nicht:",
        signOutTitle: "Abmelden?",
        signOutAskedBy: { "\($0) möchte Sie abmelden." },
        signOutStays:
            "Die Anwendung hat nicht so gesagt, wohin Sie danach gehen, dass dieser Server es annimmt: Sie bleiben "
            + "dann hier.",
        signOut: "Abmelden",
        signedOutTitle: "Sie sind abgemeldet",
        signedOut:
            "In diesem Browser ist bei diesem Server niemand mehr angemeldet. Von einer Anwendung, die Sie benutzt "
            + "haben, müssen Sie sich vielleicht eigens abmelden.",
        signedOutStays:
            "Die Anwendung hat nicht so gesagt, wohin Sie jetzt gehen, dass dieser Server es annimmt. Gehen Sie "
            + "über ihre eigene Adresse zu ihr zurück.",
        continueTitle: "Noch ein Schritt",
        continue: "Weiter")
}

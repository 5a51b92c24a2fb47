import AuthCore
import AuthServer
import AuthTestSupport
import Testing

@Suite("What the user commands answer") struct UserReportTests {
    private static let alice = Account(
        id: 1, username: "alice", email: "alice@example.com", registeredAt: Sample.now,
        lastLogin: Sample.now + .seconds(60))
    private static let odd = Account(
        id: 12, username: "odd\u{1B}[31m", email: nil, registeredAt: nil, disabledAt: Sample.now,
        mustChangePassword: true, passwordChangedAt: Sample.now + .seconds(5))

    @Test("users list is a table, without what would turn a terminal") func table() {
        #expect(
            UsersReport([Self.alice, Self.odd]).text(asJSON: false) == #"""
                ID  USERNAME       E-MAIL             REGISTERED           LAST LOGIN           STATE
                1   alice          alice@example.com  2027-01-15 08:00:00  2027-01-15 08:01:00  usual
                12  odd\u001b[31m  -                  -                    -                    disabled

                """#)
        #expect(UsersReport([]).lines == ["there are no users: users create opens an account"])
    }

    @Test("users show has a line for each thing that is known") func show() {
        #expect(
            UserReport(Self.odd).text(asJSON: false) == #"""
                id                    12
                username              odd\u001b[31m
                e-mail                -
                registered            -
                last login            -
                disabled              2027-01-15 08:00:00 UTC
                must change password  yes
                password changed      2027-01-15 08:00:05 UTC

                """#)
    }

    @Test("JSON has the account, and what was done or made") func json() {
        let account = #"""
            "id":1,"username":"alice","email":"alice@example.com","registered_at":"2027-01-15T08:00:00Z",\#
            "last_login":"2027-01-15T08:01:00Z","disabled_at":null,"must_change_password":false,\#
            "password_changed_at":null
            """#
        #expect(UsersReport([Self.alice]).text(asJSON: true) == "{\"users\":[{\(account)}]}\n")
        #expect(UserReport(Self.alice).text(asJSON: true) == "{\(account)}\n")
        #expect(UserReport(Self.alice, did: "is gone").text(asJSON: true) == "{\(account),\"result\":\"is gone\"}\n")
        #expect(PasswordReport(Self.alice, password: "p").text(asJSON: true) == "{\(account),\"password\":\"p\"}\n")
        #expect(PasswordReport(Self.alice, password: nil).text(asJSON: true) == "{\(account),\"password\":null}\n")
    }

    @Test("users sign-out-everywhere says how much was ended") func signOut() {
        let (one, more) = (
            SignOutReport(Self.odd, SignOutEverywhere.Outcome(sessions: 1, grants: 0)),
            SignOutReport(Self.alice, SignOutEverywhere.Outcome(sessions: 2, grants: 1))
        )
        #expect(
            one.lines == [#"user 12, odd\u001b[31m, is signed out everywhere: 1 session and 0 grants ended"#])
        #expect(more.lines == ["user 1, alice, is signed out everywhere: 2 sessions and 1 grant ended"])
        #expect(
            more.text(asJSON: true).hasSuffix(
                #""password_changed_at":null,"sessions_ended":2,"grants_ended":1}"# + "\n"))
    }

    @Test("a password is all there is on its line, and a deed is a sentence") func lines() {
        #expect(PasswordReport(Self.alice, password: "p").lines == ["p"])
        #expect(PasswordReport(Self.alice, password: nil).lines == [])
        #expect(UserReport(Self.odd, did: "is disabled").lines == [#"user 12, odd\u001b[31m, is disabled"#])
    }
}

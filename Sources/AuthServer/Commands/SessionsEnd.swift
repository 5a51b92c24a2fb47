import ArgumentParser
import AuthCore

struct SessionsEnd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "end", abstract: "End one session, or those of an account.",
        discussion: """
            The browser is signed out, and what was given in it ends, but for what was given with offline_access. Clients with \
            a --backchannel-logout-uri are told by a running server. users sign-out-everywhere ends more.
            """)

    @Argument(help: "The session's id: sid in its tokens; behind -- where it begins with a hyphen.") var sid: String?
    @Option(help: "End every session of this account instead.") var user: String?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func validate() throws {
        guard (sid == nil) != (user == nil) else { throw ValidationError("give a session's id, or --user") }
    }

    func run() async throws {
        try await App.use(options) { app, store in
            let end = EndSessions(store: store, time: app.time, by: app.origin)
            if let sid {
                await app.print(SessionsEndReport(try await end(sid), sessions: 1), asJSON: json)
            } else if let user {
                let account = try await ListUsers(store: store).account(named: user)
                await app.print(
                    SessionsEndReport(account, sessions: try await end.all(of: account.id)), asJSON: json)
            }
        }
    }
}

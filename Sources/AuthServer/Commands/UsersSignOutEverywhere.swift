import ArgumentParser
import AuthCore

struct UsersSignOutEverywhere: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-out-everywhere", abstract: "End every session and grant of an account.",
        discussion: """
            Browsers are signed out and refresh tokens end, at every server from the next request on. The password stays \
            what it was. Access tokens that verifiers check by themselves live out their time.
            """)

    @Option(help: "The name to log in with.") var username: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let account = try await ListUsers(store: store).account(named: username)
            let ended = try await SignOutEverywhere(store: store, time: app.time, by: app.origin)(account.id)
            await app.print(SignOutReport(account, ended), asJSON: json)
        }
    }
}

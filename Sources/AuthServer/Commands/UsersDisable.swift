import ArgumentParser
import AuthCore

struct UsersDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Let nobody log in to an account.",
        discussion: """
            Every server refuses from the next login on, as if the password were wrong. Browsers are signed out \
            and grants end, for good. Access tokens that verifiers check by themselves live out their time.
            """)

    @Option(help: "The name to log in with.") var username: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let users = ListUsers(store: store)
            let account = try await users.account(named: username)
            let disable = DisableUser(store: store, time: app.time, by: app.origin)
            let isNew = try await disable(account.id)
            let report = UserReport(
                try await users.account(named: username), did: isNew ? "is disabled" : "was disabled before")
            await app.print(report, asJSON: json)
        }
    }
}

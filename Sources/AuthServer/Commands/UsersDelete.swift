import ArgumentParser
import AuthCore

struct UsersDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an account for ever.",
        discussion: """
            Its number is given to nobody else. Browsers are signed out and grants end. Its rows in auth_logs stay, \
            as those of nobody. Access tokens that verifiers check by themselves live out their time.
            """)

    @Option(help: "The name to log in with.") var username: String
    @Flag(help: "Do not ask.") var yes = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let account = try await ListUsers(store: store).account(named: username)
            if !yes {
                try await CommandInput.confirm(
                    "the name to delete the user \(account.id), \(account.username), for ever",
                    answer: account.username, of: "users delete", otherwise: "nothing was deleted", called: "the name")
            }
            try await DeleteUser(store: store, time: app.time, by: app.origin)(account.id)
            await app.print(UserReport(account, did: "is deleted"), asJSON: json)
        }
    }
}

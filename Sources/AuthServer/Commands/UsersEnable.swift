import ArgumentParser
import AuthCore

struct UsersEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let an account that was disabled be used again.",
        discussion: "Its password is the one that it had.")

    @Option(help: "The name to log in with.") var username: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let users = ListUsers(store: store)
            let account = try await users.account(named: username)
            let disable = DisableUser(store: store, time: app.time, by: app.origin)
            let isNew = try await disable.undo(account.id)
            let report = UserReport(
                try await users.account(named: username), did: isNew ? "can log in again" : "was not disabled")
            await app.print(report, asJSON: json)
        }
    }
}

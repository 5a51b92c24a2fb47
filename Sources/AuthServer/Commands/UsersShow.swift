import ArgumentParser
import AuthCore

struct UsersShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one account. Changes nothing.")

    @Option(help: "The name to log in with.") var username: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            await app.print(UserReport(try await ListUsers(store: store).account(named: username)), asJSON: json)
        }
    }
}

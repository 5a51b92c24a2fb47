import ArgumentParser
import AuthCore

struct UsersList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show every account. Changes nothing.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            await app.print(UsersReport(try await ListUsers(store: store)()), asJSON: json)
        }
    }
}

import ArgumentParser
import AuthCore

struct SessionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show every browser that is signed in. Changes nothing.")

    @Option(help: "Of this account alone: the name to log in with.") var user: String?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let list = ListSessions(store: store, time: app.time)
            let entries: [ListSessions.Entry]
            if let user {
                entries = try await list(of: try await ListUsers(store: store).account(named: user))
            } else {
                entries = try await list()
            }
            await app.print(SessionsReport(entries), asJSON: json)
        }
    }
}

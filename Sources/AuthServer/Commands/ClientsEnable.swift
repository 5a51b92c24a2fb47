import ArgumentParser
import AuthCore

struct ClientsEnable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable", abstract: "Let a client that was disabled be used again.",
        discussion: "Its secrets are those that it had.")

    @Argument(help: "The client_id, as `clients list` shows it.") var id: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let isNew = try await DisableClient(store: store, time: app.time, by: app.origin).undo(id)
            let client = try await ShowClient(store: store)(id).client
            await app.print(
                ClientReport(client, did: isNew ? "can be used again" : "was not disabled"), asJSON: json)
        }
    }
}

import ArgumentParser
import AuthCore

struct ClientsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one client. Changes nothing.")

    @Argument(help: "The client_id, as `clients list` shows it.") var id: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let (client, secrets) = try await ShowClient(store: store)(id)
            let valid = secrets.filter { $0.isValid(at: app.time.now) }
            await app.print(ClientReport(client, secrets: valid), asJSON: json)
        }
    }
}

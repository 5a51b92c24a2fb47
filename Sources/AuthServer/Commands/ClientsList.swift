import ArgumentParser
import AuthCore

struct ClientsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show every client. Changes nothing.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            await app.print(ClientsReport(try await ListClients(store: store)()), asJSON: json)
        }
    }
}

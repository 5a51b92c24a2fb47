import ArgumentParser
import AuthCore

struct ClientsDisable: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Let a client get nothing any more.",
        discussion: """
            Every server refuses it from the next request on, and what users gave it ends. It keeps its secrets: enable lets \
            it begin anew.
            """)

    @Argument(help: "The client_id, as `clients list` shows it.") var id: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let isNew = try await DisableClient(store: store, time: app.time, by: app.origin)(id)
            let client = try await ShowClient(store: store)(id).client
            await app.print(
                ClientReport(client, did: isNew ? "is disabled" : "was disabled before"), asJSON: json)
        }
    }
}

import ArgumentParser
import AuthCore

struct ClientsDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete a client and its secrets for ever.",
        discussion: """
            What users gave it ends. Access tokens that verifiers check by themselves live out their time.
            """)

    @Argument(help: "The client_id, as `clients list` shows it.") var id: String
    @Flag(help: "Do not ask.") var yes = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let client = try await ShowClient(store: store)(id).client
            if !yes {
                try await CommandInput.confirm(
                    "the id to delete the client \(id), \(client.name.text), for ever", answer: id,
                    of: "clients delete", otherwise: "nothing was deleted", called: "the id")
            }
            try await DeleteClient(store: store, time: app.time, by: app.origin)(client.id)
            await app.print(ClientReport(client, did: "is deleted"), asJSON: json)
        }
    }
}

import ArgumentParser
import AuthCore

struct ResourcesRemove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Take a resource away, from every client too.",
        discussion: """
            What users gave clients for it alone ends. Access tokens that were issued before live out their time.
            """)

    @Argument(help: "The URI, as `resources list` shows it.") var uri: String
    @Flag(help: "Do not ask.") var yes = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let (resource, clients) = try await ListResources(store: store).resource(uri)
            let text = resource.uri.text
            if !yes {
                try await CommandInput.confirm(
                    "the URI to take the resource \(text) from everybody, \(clients.count) of the clients",
                    answer: text,
                    of: "resources remove", otherwise: "nothing was removed", called: "the URI")
            }
            try await RemoveResource(store: store, time: app.time, by: app.origin)(resource.uri)
            await app.print(ResourceReport(resource, did: "is removed", clients: clients), asJSON: json)
        }
    }
}

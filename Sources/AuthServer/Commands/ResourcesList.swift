import ArgumentParser
import AuthCore

struct ResourcesList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show every resource. Changes nothing.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            await app.print(ResourcesReport(try await ListResources(store: store)()), asJSON: json)
        }
    }
}

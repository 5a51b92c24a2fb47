import ArgumentParser
import AuthCore

struct SessionsLogouts: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logouts", abstract: "Show which clients were not told yet that a session ended. Changes nothing.",
        discussion: """
            A client that could not be told is tried again for 24 hours; for a week after that its row says so. Who was told \
            leaves no row.
            """)

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            await app.print(LogoutsReport(try await ListLogouts(store: store)()), asJSON: json)
        }
    }
}

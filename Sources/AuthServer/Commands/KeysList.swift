import ArgumentParser

struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show every key, its times, and who has the newest. Changes nothing.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await withExitCode {
            let settings = try Settings(try options.reader())
            let (contents, propagation) = try OpenDatabase.peek(settings.database.address)
            KeysReport(contents, propagation).print(asJSON: json)
        }
    }
}

import ArgumentParser
import AuthCore
import AuthSQL

struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show every key, its times, and who has the newest. Changes nothing.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await withExitCode {
            let settings = try Settings(try options.reader())
            let peek = try await OpenDatabase.peekExisting(settings.database.address)
            let since = SystemTimeSource().now - KeyPropagation.validity
            await KeysReport(peek.contents, peek.propagation.total(since: since)).print(
                asJSON: json, database: settings.database.address)
        }
    }
}

import ArgumentParser

struct ConfigPrint: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print", abstract: "Show every setting, its value and where that comes from; no secret.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await withExitCode {
            let reader = try options.reader()
            let listing = try Settings(reader).listing(reader)
            Swift.print(ConfigPrintReport(listing).text(asJSON: json), terminator: "")
        }
    }
}

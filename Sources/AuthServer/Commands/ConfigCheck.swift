import ArgumentParser
import AuthCore
import AuthHTTP

struct ConfigCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say whether the server would take these settings.",
        discussion: "Exit code 78 and the line of a start if it would not. Opens no database.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await withExitCode {
            let reader = try options.reader()
            let settings = try Settings(reader)
            _ = try reader.required(.masterKey)
            _ = try Branding(settings.pages)
            _ = try settings.tls.files?.load(at: SystemTimeSource().now)
            do {
                try ListenError.check(host: settings.listener.host, port: settings.listener.port)
            } catch ListenError.portInUse {
                // By the server, most likely.
            }
            print(ConfigCheckReport(warnings: settings.warnings).text(asJSON: json), terminator: "")
        }
    }
}

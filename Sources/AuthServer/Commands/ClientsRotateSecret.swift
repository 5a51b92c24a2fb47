import ArgumentParser
import AuthCore

struct ClientsRotateSecret: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate-secret", abstract: "Give a client another secret, and let the old one end.",
        discussion: """
            Prints the new secret once, alone on its line. Both are valid until the old one ends; at most two are valid at once.
            """)

    @Argument(help: "The client_id, as `clients list` shows it.") var id: String
    @Option(help: "For how long the old secret stays valid, 0s where it leaked (default: 24h)")
    var overlap: String = "24h"
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let overlap = try CommandInput.duration(self.overlap, of: "--overlap")
            let secret = try await RotateClientSecret(store: store, time: app.time, by: app.origin)(
                id, overlap: overlap)
            let (client, secrets) = try await ShowClient(store: store)(id)
            await app.print(ClientSecretReport(client, secret: secret, secrets: secrets), asJSON: json)
            if !json, let end = secrets.compactMap(\.expiresAt).max() {
                await CommandOutput.report("jwks-server: the old secret is valid until \(utcText(end)) UTC")
            }
        }
    }
}

extension CommandInput {
    /// A time such as `90s`, `15m`, `24h` or `30d`.
    /// - Parameter option: for the error.
    static func duration(_ text: String, of option: String) throws -> Duration {
        guard let duration = Duration(settingText: text) else {
            throw OperatorError.refused("\(option) is \"\(text)\": give a time such as 90s, 15m, 24h or 30d")
        }
        return duration
    }
}

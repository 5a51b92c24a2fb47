import ArgumentParser

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the server (the default).")

    @OptionGroup var options: SettingOptions
    /// What takes the process's signals; of a server that is run as one.
    var signals: ProcessSignals?

    private enum CodingKeys: CodingKey { case options }

    func run() async throws {
        try await withExitCode {
            let reader = try options.reader()
            let settings = try Settings(reader)
            _ = try reader.required(.masterKey)
            try await Server.run(settings, reader, signals: signals)
        }
    }
}

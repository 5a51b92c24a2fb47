import ArgumentParser

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Run the server (the default).")

    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await reportingFailure {
            let reader = try options.reader()
            let settings = try Settings(reader)
            guard let secret = try reader.secret(.masterKey) else { throw SettingsError.noMasterKey }
            try await Server.run(settings, secret: secret)
        }
    }
}

extension SettingsError {
    static let noMasterKey = SettingsError(
        "NOT_MY_KEY is not set: give the secret that protects the keys, in the environment or in .env"
            + " (openssl rand -base64 32 makes one), or name a file that holds it in NOT_MY_KEY_FILE")
}

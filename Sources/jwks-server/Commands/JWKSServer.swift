import ArgumentParser

/// The program. `jwks-server` alone means `jwks-server serve`.
@main
struct JWKSServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jwks-server",
        abstract:
            "Registers users, checks their passwords, issues RS256 tokens and publishes the keys that verify them.",
        version: "0.1.0",
        subcommands: [Serve.self, Users.self, Keys.self, MasterKey.self, Migrate.self],
        defaultSubcommand: Serve.self)
}

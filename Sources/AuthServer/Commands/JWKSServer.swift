// Commands owns the command line: what can be asked for, and what is answered on stdout, on stderr and as an exit code.
// It must not build the object graph (that is Wiring's) or hold a rule.

package import ArgumentParser

/// The program. `jwks-server` alone means `jwks-server serve`.
package struct JWKSServer: AsyncParsableCommand {
    /// Name, version and subcommands, for ArgumentParser.
    package static let configuration = CommandConfiguration(
        commandName: "jwks-server",
        abstract:
            "Registers users, checks their passwords, issues RS256 tokens and publishes the keys that verify them.",
        version: "0.1.0",
        subcommands: [Serve.self, Users.self, Keys.self, MasterKey.self, Migrate.self],
        defaultSubcommand: Serve.self)

    /// For ArgumentParser, which fills in the rest.
    package init() {}

    /// Runs what the process's arguments ask for, and ends the process.
    package static func start() async { await main() }
}

// Commands owns the command line: what can be asked for, and what is answered on stdout, on stderr and as an exit code.
// It must not build the object graph (that is Wiring's) or hold a rule.

package import ArgumentParser
import AuthHTTP
import Glibc

/// The program. `jwks-server` alone means `jwks-server serve`.
package struct JWKSServer: AsyncParsableCommand {
    /// Name, version and subcommands, for ArgumentParser.
    package static let configuration = CommandConfiguration(
        commandName: "jwks-server",
        abstract:
            "Registers users, checks their passwords, issues RS256 tokens and publishes the keys that verify them.",
        usage: "jwks-server [serve | <command>] [--option value ...]",
        discussion: """
            The settings that matter first, as environment variables, in .env or (but the secret) as options:

              NOT_MY_KEY     the secret that protects the keys; required (openssl rand -base64 32 makes one)
              JWKS_HOST      where to listen (127.0.0.1); --host
              JWKS_PORT      on which port (8080); --port
              JWKS_ISSUER    your public URL, the iss of tokens (http://localhost:8080); --issuer
              JWKS_DATABASE  sqlite:FILE or postgres://user@host/database
                             (sqlite:totally_not_my_privateKeys.db); --database

            The others, in groups: jwks-server serve --help. The manual: docs/operations.md.
            """,
        version: "0.1.0",
        subcommands: [
            Serve.self, Users.self, Sessions.self, Clients.self, Resources.self, Keys.self, MasterKey.self,
            Migrate.self, Backup.self,
            Restore.self, Doctor.self, Audit.self, Config.self,
        ],
        defaultSubcommand: Serve.self)

    /// As `--version` prints it.
    static var version: String { configuration.version }

    /// For ArgumentParser, which fills in the rest.
    package init() {}

    /// Runs what the process's arguments ask for, and ends the process. The thread that calls it takes the signals.
    package static func start() -> Never {
        // Parsed once more by the task: a command is not to be shared between threads.
        let isServer = (try? parseAsRoot()) is Serve
        let signals = ProcessSignals(isServer: isServer)
        Task.detached { await run(signals, isServer: isServer) }
        signals.take()
    }

    private static func run(_ signals: ProcessSignals, isServer: Bool) async -> Never {
        do {
            if let unknown = UnknownCommand(in: CommandLine.arguments.dropFirst()) {
                await CommandOutput.report("jwks-server: \(unknown.line)")
                await CommandOutput.end(ExitCode.validationFailure.rawValue)
            }
            var command = try parseAsRoot()
            if var serve = command as? Serve {
                serve.signals = signals
                EventLoops.limit(to: HostResources.current.cores)
                try await serve.run()
            } else if var audit = command as? Audit {
                audit.signals = signals
                try await audit.run()
            } else if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            await end(error, isServer: isServer)
        }
        await CommandOutput.end(0, isServer: isServer)
    }

    /// As ArgumentParser ends it, but that no text reaches the terminal with a control character in it.
    private static func end(_ error: any Error, isServer: Bool) async -> Never {
        let code = exitCode(for: error)
        let text = fullMessage(for: error).escapingControlCharacters(exceptLineEnds: true)
        if !text.isEmpty {
            if code.isSuccess { print(text) } else { await CommandOutput.report(text) }
        }
        await CommandOutput.end(code.rawValue, isServer: isServer)
    }
}

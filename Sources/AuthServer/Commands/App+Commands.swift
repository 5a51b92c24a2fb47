import AuthCore
import Glibc

extension App {
    /// Runs a command that touches accounts and no key, and closes the database after it. What it throws becomes a line
    /// and an exit code.
    static func use(_ options: SettingOptions, _ command: (App, any Store) async throws -> Void) async throws {
        try await withExitCode {
            let reader = try options.reader()
            let app = App(try Settings(reader))
            let warnings = try StartWarnings(app.settings, reader)
            _ = try await OpenDatabase.peekExisting(app.settings.database.address)
            let database = try await app.openDatabase()
            defer { database.close() }
            await warnings.report()
            try await command(app, database.store)
        }
    }

    /// Says which database it was, and what was done to it.
    func print(_ report: some CommandReport, asJSON: Bool) async {
        await report.print(asJSON: asJSON, database: settings.database.address)
    }
}

/// What a command is told while it runs.
enum CommandInput {
    /// A password from standard input, up to the first line end.
    static func password() throws -> Secret { try secret(called: "password") }

    /// A secret from standard input, up to the first line end.
    /// - Parameter name: what it is, for the error.
    static func secret(called name: String) throws -> Secret {
        guard let text = readLine(strippingNewline: true), !text.isEmpty else {
            throw AuthError.invalidRequest("there is no \(name) on standard input")
        }
        return Secret(text)
    }

    /// Has somebody type `answer` on a terminal, before what cannot be undone.
    /// - Parameters:
    ///   - question: what to type, and for what.
    ///   - command: which wants `--yes` where there is no terminal.
    ///   - outcome: what became of it, for the error.
    ///   - name: what the answer is, for the error.
    static func confirm(
        _ question: String, answer: String, of command: String, otherwise outcome: String, called name: String
    ) async throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw OperatorError.refused("\(outcome): without a terminal to ask on, \(command) wants --yes")
        }
        await CommandOutput.report("jwks-server: type \(question.escapingControlCharacters()):")
        guard let typed = readLine(strippingNewline: true), typed.utf8.elementsEqual(answer.utf8) else {
            throw OperatorError.refused("\(outcome): that is not \(name)")
        }
    }
}

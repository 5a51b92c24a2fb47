import ArgumentParser
import AuthCore

struct Users: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Manage accounts.", subcommands: [Create.self])

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open an account, registration open or closed.",
            discussion:
                "Without --password-stdin a password is generated and printed once. Works while the server runs.")

        @Option(help: "The name to log in with.") var username: String
        @Option(help: "An e-mail address, held unique.") var email: String?
        @Flag(help: "Read the password from standard input, up to the first line end.") var passwordStdin = false
        @OptionGroup var options: SettingOptions

        func run() async throws {
            try await withExitCode {
                let reader = try options.reader()
                let app = App(try Settings(reader))
                let warnings = try StartWarnings(app.settings, reader)
                _ = try await OpenDatabase.peekExisting(app.settings.database.address)
                let database = try await app.openDatabase()
                defer { database.close() }
                await warnings.report()
                let register = app.register(in: database.store)
                guard passwordStdin else {
                    print(try await register(username: username, email: email))
                    await app.settings.database.address.note()
                    return
                }
                guard let password = readLine(strippingNewline: true), !password.isEmpty else {
                    throw AuthError.invalidRequest("there is no password on standard input")
                }
                try await register.open(username: username, email: email, password: Secret(password))
                await app.settings.database.address.note()
            }
        }
    }
}

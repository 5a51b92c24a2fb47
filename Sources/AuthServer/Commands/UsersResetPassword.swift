import ArgumentParser
import AuthCore

struct UsersResetPassword: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset-password", abstract: "Give an account another password.",
        discussion: """
            Without --password-stdin a password is generated and printed once. A disabled account stays disabled. \
            Browsers are signed out and grants end. Access tokens that verifiers check by themselves live out their time.
            """)

    @Option(help: "The name to log in with.") var username: String
    @Flag(help: "Read the password from standard input, up to the first line end.") var passwordStdin = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let users = ListUsers(store: store)
            let account = try await users.account(named: username)
            let reset = app.resetPassword(in: store)
            var generated: String?
            if passwordStdin {
                try await reset(account.id, to: try CommandInput.password())
            } else {
                generated = try await reset(account.id)
            }
            await app.print(
                PasswordReport(try await users.account(named: username), password: generated), asJSON: json)
        }
    }
}

import ArgumentParser
import AuthCore

struct UsersCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Open an account, registration open or closed.",
        discussion: "Without --password-stdin a password is generated and printed once. Works while the server runs.")

    @Option(help: "The name to log in with.") var username: String
    @Option(help: "An e-mail address, held unique.") var email: String?
    @Flag(help: "Read the password from standard input, up to the first line end.") var passwordStdin = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let register = app.register(in: store)
            var generated: String?
            if passwordStdin {
                try await register.open(
                    username: username, email: email, password: try CommandInput.password(), by: app.origin)
            } else {
                generated = try await register.open(username: username, email: email, by: app.origin)
            }
            let account = try await ListUsers(store: store).account(named: username)
            await app.print(PasswordReport(account, password: generated), asJSON: json)
        }
    }
}

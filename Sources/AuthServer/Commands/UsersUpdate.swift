import ArgumentParser
import AuthCore

struct UsersUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change the e-mail address of an account.",
        discussion: "Clients are told the new one with the next token; sessions and grants go on.")

    @Option(help: "The name to log in with.") var username: String
    @Option(help: "An e-mail address, held unique; \"\" takes it away.") var email: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let users = ListUsers(store: store)
            let account = try await users.account(named: username)
            let isNew = try await UpdateUser(store: store, time: app.time, by: app.origin)(account.id, email: email)
            let address =
                email.isEmpty ? "no e-mail address" : "the e-mail address \(email.escapingControlCharacters())"
            await app.print(
                UserReport(
                    try await users.account(named: username), did: isNew ? "has \(address)" : "had \(address) before"),
                asJSON: json)
        }
    }
}

import ArgumentParser
import AuthCore
import Glibc

struct UsersDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Delete an account for ever.",
        discussion: """
            Its number is given to nobody else. Its rows in auth_logs stay, as those of nobody. Tokens that were issued \
            before live out their time.
            """)

    @Option(help: "The name to log in with.") var username: String
    @Flag(help: "Do not ask.") var yes = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let account = try await ListUsers(store: store).account(named: username)
            if !yes { try await confirm(account) }
            try await DeleteUser(store: store)(account.id)
            await app.print(UserReport(account, did: "is deleted"), asJSON: json)
        }
    }

    private func confirm(_ account: Account) async throws {
        guard isatty(STDIN_FILENO) == 1 else {
            throw OperatorError.refused("nothing was deleted: without a terminal to ask on, users delete wants --yes")
        }
        let name = account.username.escapingControlCharacters()
        await CommandOutput.report("jwks-server: type the name to delete the user \(account.id), \(name), for ever:")
        guard let answer = readLine(strippingNewline: true), answer.utf8.elementsEqual(account.username.utf8) else {
            throw OperatorError.refused("nothing was deleted: that is not the name")
        }
    }
}

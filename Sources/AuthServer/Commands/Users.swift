import ArgumentParser
import AuthCore
import AuthSodium
import Foundation

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
            try await reportingFailure {
                let settings = try Settings(try options.reader())
                let time = SystemTimeSource()
                let pool = WorkerPool(threads: 1, deadline: .seconds(60), time: time)
                let database = try settings.database.open()
                defer { database.close() }
                let register = Register(
                    store: database.store,
                    hasher: SodiumPasswordHasher(parameters: settings.argon2, pool: pool), time: time)
                guard passwordStdin else {
                    print(try await register(username: username, email: email))
                    return
                }
                guard let password = readLine(strippingNewline: true), !password.isEmpty else {
                    throw AuthError.invalidRequest("there is no password on standard input")
                }
                try await register.open(username: username, email: email, password: Secret(password))
            }
        }
    }
}

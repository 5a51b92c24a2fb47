import ArgumentParser
import AuthCore
import AuthSodium

struct MasterKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change the secret that protects the keys.", subcommands: [Rotate.self])

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Seal every key under NOT_MY_KEY_NEW instead of NOT_MY_KEY.",
            discussion: """
                Both secrets come from the environment, .env or the files named in NOT_MY_KEY_FILE and \
                NOT_MY_KEY_NEW_FILE. A running server follows by itself; the next start needs the new secret as \
                NOT_MY_KEY.
                """)

        /// A running server looks once a second.
        private static let followingTime: Duration = .seconds(3)

        @OptionGroup var options: SettingOptions

        func run() async throws {
            // Before anything is opened: opening alone may write to the file.
            let secret = try await newSecret()
            try await CommandContext.run(options) { context in
                let rotate = RotateMasterKey(
                    store: context.store, derivation: SodiumKeyDerivation(), executor: context.work, time: context.time)
                let (record, count) = try await rotate(from: context.sealer, to: secret)
                print("\(count) keys are sealed under the new secret: the next start needs it as NOT_MY_KEY")
                try await Task.sleep(for: Self.followingTime)
                try await rotate.endHandover(of: record)
                print("the old secret opens nothing any more")
            }
        }

        private func newSecret() async throws -> Secret {
            try await reportingFailure {
                guard let secret = try options.reader().secret(.newMasterKey) else {
                    throw SettingsError(
                        "NOT_MY_KEY_NEW is not set: give the new secret there, or a file that holds it in"
                            + " NOT_MY_KEY_NEW_FILE")
                }
                return secret
            }
        }
    }
}

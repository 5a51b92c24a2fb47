import ArgumentParser
import AuthCore

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
            try await withExitCode {
                // Before anything is opened: opening alone may write to the file.
                let secret = try options.reader().required(.newMasterKey)
                try await UnlockedApp.use(options) { app in
                    let rotate = app.rotateMasterKey
                    let (record, count) = try await rotate(from: app.sealer, to: secret)
                    print("\(count) keys are sealed under the new secret: the next start needs it as NOT_MY_KEY")
                    try await Task.sleep(for: Self.followingTime)
                    try await rotate.endHandover(of: record)
                    print("the old secret opens nothing any more")
                }
            }
        }
    }
}

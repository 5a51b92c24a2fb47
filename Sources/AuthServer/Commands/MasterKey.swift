import ArgumentParser
import AuthCore

struct MasterKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Change the secret that protects the keys.", subcommands: [Rotate.self])

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Seal every key under a new secret instead of NOT_MY_KEY.",
            discussion: """
                The new secret is the one in the file that NOT_MY_KEY_NEW_FILE names. Without that, it is NOT_MY_KEY_NEW \
                or a random one, and it is written where NOT_MY_KEY is: in .env or in the file that NOT_MY_KEY_FILE \
                names. A running server follows by itself.
                """)

        /// A running server looks once a second.
        private static let followingTime: Duration = .seconds(3)

        @OptionGroup var options: SettingOptions

        func run() async throws {
            try await withExitCode {
                // Before anything is opened: opening alone may write to the file.
                let reader = try options.reader()
                _ = try Settings(reader)
                let new = try NewMasterKey(reader)
                try await UnlockedApp.use(options) { app in
                    let rotate = app.rotateMasterKey
                    try new.writeDown()
                    let (record, count) = try await rotate(from: app.sealer, to: new.secret)
                    try new.keep()
                    let next = new.place.map { "which is in \($0) now" } ?? "the next start needs it as NOT_MY_KEY"
                    print("\(count) keys are sealed under the new secret: \(next)")
                    try await Task.sleep(for: Self.followingTime)
                    try await rotate.endHandover(of: record)
                    print("the old secret opens nothing any more")
                    await app.settings.database.address.note()
                }
            }
        }
    }
}

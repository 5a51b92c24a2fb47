import ArgumentParser
import AuthCore
import AuthSQLite

struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Put a copy that `backup` made where JWKS_DATABASE says.",
        discussion: """
            Nothing may be there, and no server may run on it. The copy is proven first, and appears when it is whole. \
            Keys that were revoked after the copy was made come back: they are named, and --new-keys replaces them.
            """)

    @Argument(help: "The copy.", completion: .file()) var file: String
    @Flag(help: "Revoke every key that comes back, and make new ones.") var newKeys = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await withExitCode {
            let reader = try options.reader()
            let app = App(try Settings(reader))
            let secret = try reader.required(.masterKey)
            let address = app.settings.database.address
            guard case .sqlite(let target) = address else {
                throw OperatorError.refused(
                    "\(address.place) is filled by its own tools, into an empty database: pg_restore --exit-on-error"
                        + " --no-owner --dbname=\"$JWKS_DATABASE\" FILE; then `jwks-server doctor` opens every key in it,"
                        + " and `jwks-server keys revoke KID` takes out those that may have been revoked since")
            }
            let place = RestorePlace(target)
            try place.requireEmpty()
            try RestorePlace.requireWhole(file)
            let made = try NewFile(target, suffix: ".restoring")
            defer { made.discard() }
            try made.copy(from: file)
            let restoring = RestoreCopy(path: made.pending, origin: file, app: app, secret: secret)
            let report = try await restoring(replacesKeys: newKeys)
            // What was changed in it must be in the one file that gets the name.
            try RestorePlace.requireWhole(made.pending)
            try place.requireEmpty()
            try made.keep()
            await report.print(asJSON: json, database: address)
        }
    }
}

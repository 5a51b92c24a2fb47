import ArgumentParser
import AuthCore
import AuthSQL

struct KeysExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print the public keys, or write them into a directory, for what cannot fetch the JWK Set.",
        discussion: """
            The keys that a server would publish at this moment, while one runs or not; changes nothing in the database. \
            A running server keeps a directory up to date by itself: JWKS_KEYS_EXPORT_DIR.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case pem, jwks
    }

    @Option(help: "pem: a key after the other, with its kid and alg; jwks: the JWK Set, to the byte.")
    var format: Format?
    @Option(help: "Write jwks.json, KID.pem and, for Dovecot, default/ALG/KID into this directory instead.")
    var directory: String?
    @Flag(help: "Print JSON: of --directory, what was changed.") var json = false
    @OptionGroup var options: SettingOptions

    func validate() throws {
        if directory != nil, format != nil {
            throw ValidationError("--directory takes no --format: it gets files of both")
        }
        if directory == nil, json { throw ValidationError("--json belongs to --directory; there is --format jwks") }
    }

    func run() async throws {
        try await withExitCode {
            let reader = try options.reader()
            let app = App(try Settings(reader))
            let (address, keys) = (app.settings.database.address, app.settings.keys)
            // The public halves are sealed like the private ones.
            let secret = try reader.required(.masterKey)
            let contents = try await OpenDatabase.peekExisting(address).contents
            guard let sealer = try await app.unlockKeys(with: secret).verifyMasterKey(on: contents).sealer else {
                throw OperatorError.refused(
                    "the keys are those of the original: the server takes them over when it starts")
            }
            let schedule = KeySchedule(policy: keys.policy, algorithms: keys.algorithms)
            let set = try ExportKeys(schedule: schedule, time: app.time)(contents, sealer)
            if let directory {
                let changes = try KeyExportDirectory(directory).write(set)
                return await KeyExportReport(changes, directory: directory).print(asJSON: json, database: address)
            }
            switch format ?? .pem {
            case .jwks: print(String(decoding: set.body, as: UTF8.self), terminator: "")
            case .pem: print(KeyExportReport.text(of: set), terminator: "")
            }
            await address.note()
        }
    }
}

import ArgumentParser
import AuthCore
import AuthPostgres
import AuthSQL
import AuthSQLite
import AuthSodium

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy everything from a SQLite file into an empty PostgreSQL database.",
        discussion: """
            In one transaction: users, keys and the log, each compared row by row with what was sent, and every key \
            opened with NOT_MY_KEY. Stop the server first: what it writes meanwhile stays behind. After a failure run \
            it again. The file is left as it is.
            """)

    @Option(help: "The source, sqlite:FILE.") var from: String
    @Option(help: "The target, postgres://… without a password: PGPASSWORD or ~/.pgpass have it.") var to: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await reportingFailure {
            let (path, address) = try ends()
            let reader = try options.reader()
            let settings = try Settings(reader)
            guard let secret = try reader.secret(.masterKey) else { throw SettingsError.noMasterKey }
            let time = SystemTimeSource()
            let work = WorkerPool(threads: 1, deadline: settings.hashDeadline, time: time)
            let unlock = UnlockKeys(secret: secret, derivation: SodiumKeyDerivation(), executor: work, time: time)
            // What is there is proven before anything is sent; then what arrived must be the same, byte by byte.
            let proven = try SQLiteStore.peek(path: path)
            _ = try await unlock.prove(proven)
            let copied = try SQLiteExport.read(path: path) { source in
                try PostgresImport.run(from: source, into: address) { contents in
                    guard contents == proven else {
                        throw AuthError.refused(
                            "the keys changed while they were copied: stop the server, run it again")
                    }
                }
            }
            report(copied)
        }
    }

    private func ends() throws -> (path: String, address: PostgresAddress) {
        guard from.hasPrefix("sqlite:"), case .sqlite(let path) = try Database(from) else {
            throw SettingsError("--from has to be sqlite:FILE")
        }
        try Database.refusePassword(in: to, option: "--to")
        guard let address = PostgresAddress(url: to) else {
            throw SettingsError("--to has to be a URL that libpq understands, postgres://user@host:port/database")
        }
        return (path, address)
    }

    private func report(_ copied: [(table: ExportedTable, tally: TableChecksum)]) {
        if json {
            printJSON(
                copied.map { copy in
                    let tally: [(name: String, value: JSONValue)] = [
                        ("rows", .integer(Int64(copy.tally.rows))), ("sha256", .string(copy.tally.checksum)),
                    ]
                    return (copy.table.rawValue, .object(tally))
                })
        } else {
            for copy in copied { print("\(copy.table.rawValue): \(copy.tally)") }
            print("everything is there: name the database in JWKS_DATABASE")
        }
    }
}

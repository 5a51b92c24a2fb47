import ArgumentParser
import AuthCore
import AuthPostgres
import AuthSQL
import AuthSQLite

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy everything from a SQLite file into an empty PostgreSQL database.",
        discussion: """
            In one transaction: users, clients, keys and the logs, each compared with what was sent, and every key \
            opened with NOT_MY_KEY. Stop the server first: what it writes meanwhile stays behind. After a failure run \
            it again. The file is left as it is.
            """)

    @Option(help: "The source, sqlite:FILE.") var from: String
    @Option(help: "The target, postgres://… without a password: PGPASSWORD or ~/.pgpass have it.") var to: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await withExitCode {
            let (path, address) = try ends()
            let reader = try options.reader()
            let app = App(try Settings(reader))
            // What is there is proven before anything is sent; then what arrived must be the same, byte by byte.
            let unlock = app.unlockKeys(with: try reader.required(.masterKey))
            let proven = try await OpenDatabase.peek(.sqlite(path: path)).contents
            _ = try await unlock.verifyMasterKey(on: proven)
            let event = AuditEvent(.migrate, by: app.origin, at: app.time.now)
            let copied = try SQLiteExport.read(path: path) { source in
                try PostgresImport.run(from: source, into: address, recording: event) { contents in
                    guard contents == proven else {
                        throw OperatorError.refused(
                            "the keys changed while they were copied: stop the server, run it again")
                    }
                }
            }
            await MigrationReport(copied.map { ($0.table.rawValue, $0.tally) }).print(
                asJSON: json, database: .postgres(address))
        }
    }

    private func ends() throws -> (path: String, address: PostgresAddress) {
        guard from.hasPrefix("sqlite:"), case .sqlite(let path) = try DatabaseAddress(from) else {
            throw SettingsError("--from has to be sqlite:FILE")
        }
        try DatabaseAddress.refusePassword(in: to, option: "--to")
        guard let address = try PostgresAddress(url: to) else {
            throw SettingsError("--to has to be a URL that libpq understands, postgres://user@host:port/database")
        }
        return (path, address)
    }
}

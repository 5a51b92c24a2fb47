import ArgumentParser
import AuthCore
import AuthSQL
import AuthSQLite
import Foundation

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copy the database into a new file, and prove that the copy opens.",
        discussion: """
            One state of it, while the server runs or while it does not. FILE appears when it is whole and every key in \
            it was opened; it has mode 0600. For SQLite; PostgreSQL has pg_dump.
            """)

    @Argument(help: "The file to make.", completion: .file()) var file: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await withExitCode {
            let reader = try options.reader()
            let settings = try Settings(reader)
            let app = App(settings)
            let secret = try reader.required(.masterKey)
            let source = try Self.requireFile(settings.database.address)
            let unlock = app.unlockKeys(with: secret)
            let contents = try await OpenDatabase.peekExisting(settings.database.address).contents
            _ = try await unlock.verifyMasterKey(on: contents)
            let made = try NewFile(file, suffix: ".partial")
            defer { made.discard() }
            try SQLiteBackup.write(from: source, to: made.pending)
            let copy = try SQLiteCopy(path: made.pending, named: "the copy is \(made.pending)")
            let sealer = try await unlock.verifyMasterKey(on: copy.contents).sealer
            for secret in try copy.tokenSecrets.get() { _ = try sealer?.open(secret) }
            guard copy.contents.keyEncryptionKeys.allSatisfy({ $0.handover == nil }) else {
                throw OperatorError.refused(
                    "the master key is being changed, and the old one would open this copy for ever: try again when"
                        + " `master-key rotate` has ended; if it was broken off, start the server first")
            }
            let attributes = try FileManager.default.attributesOfItem(atPath: made.pending)
            try made.keep()
            await Self.record(AuditEvent(.backup, by: app.origin, at: app.time.now), in: source)
            await BackupReport(copy, file: made.path, bytes: attributes[.size] as? Int ?? 0).print(
                asJSON: json, database: settings.database.address)
        }
    }

    /// The copy is good without: a disk that is full is when one is wanted.
    private static func record(_ event: AuditEvent, in source: String) async {
        do {
            try SQLiteAudit.append(event, in: source)
        } catch {
            await CommandOutput.report(
                "jwks-server: warning: the audit log does not know of this copy: \(CommandFailure(error).line)")
        }
    }

    private static func requireFile(_ address: DatabaseAddress) throws -> String {
        guard case .sqlite(let path) = address else {
            throw OperatorError.refused(
                "\(address.place) makes its own copies; type: (umask 077; pg_dump --format=custom --file=FILE"
                    + " \"$JWKS_DATABASE\"), and to put one back into an empty database: pg_restore --exit-on-error"
                    + " --no-owner --dbname=\"$JWKS_DATABASE\" FILE; then `jwks-server doctor` opens every key in it")
        }
        return path
    }
}

import ArgumentParser
import AuthCore
import AuthHTTP
import AuthSQL
import AuthSQLite
import AuthSodium
import Foundation

struct Doctor: AsyncParsableCommand {
    /// How long the public URL may take.
    private static let patience: Duration = .seconds(5)

    static let configuration = CommandConfiguration(
        abstract: "Look the installation over: settings, keys, the public URL, files, clock, disk, versions.",
        discussion: "A line each, with what to do. Exit code 1 if anything is wrong. Changes nothing.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await withExitCode {
            let report: FindingsReport
            do {
                let reader = try options.reader()
                let settings = try Settings(reader)
                report = FindingsReport(await Self.findings(settings, reader))
            } catch {
                report = FindingsReport([.failure(of: "settings", error)])
            }
            print(report.text(asJSON: json), terminator: "")
            if report.isWrong { throw ExitCode.failure }
        }
    }

    private static func findings(_ settings: Settings, _ reader: SettingsReader) async -> [Finding] {
        let (app, address) = (App(settings), settings.database.address)
        // Before any connection of our own holds a lock.
        let user: String? = if case .sqlite(let path) = address { DatabaseUser.other(of: path) } else { nil }
        let (keys, own) = await keys(app, reader)
        return Finding.settings(settings) + Finding.certificate(settings.tls.files, at: app.time.now) + keys
            + (await publicURL(app, own)) + database(app, user)
            + files(settings, reader)
    }

    /// As a verifier sees it.
    private static func publicURL(_ app: App, _ own: OwnKeys?) async -> [Finding] {
        guard let probe = KeySetProbe(issuer: app.settings.tokens.issuer) else { return [] }
        let result: Result<KeySetProbe.Answer, KeySetProbeFailure>
        do throws(KeySetProbeFailure) {
            // Where other programs look for the authorities that they trust.
            let authorities = ProcessInfo.processInfo.environment["SSL_CERT_FILE"]
            result = .success(try await probe.ask(within: patience, authorities: authorities))
        } catch {
            result = .failure(error)
        }
        return Finding.publicURL(
            probe.url, result, own: own, now: app.time.now, skew: app.settings.keys.policy.clockSkew)
    }

    /// What there is to say of the keys, and those that verifiers are to find.
    private static func keys(_ app: App, _ reader: SettingsReader) async -> (findings: [Finding], own: OwnKeys?) {
        do {
            let secret = try reader.required(.masterKey)
            let strength = Finding.masterKey(secret)
            do {
                let peek = try await OpenDatabase.peekExisting(app.settings.database.address)
                let contents = peek.contents
                let verdict = try await app.verifyMasterKey(reader, on: contents)
                let own = try verdict.sealer.map { try ownKeys(contents, $0, at: app.time.now) }
                let secrets = Finding.tokenSecrets(peek.tokenSecrets, verdict.sealer)
                let left = reader.place(of: .masterKey).flatMap { SecretReplacement.interrupted(at: $0) }
                return ([strength] + Finding.leftSecret(left?.pending) + Finding.keys(contents) + secrets, own)
            } catch {
                return ([strength, .failure(of: "keys", error)], nil)
            }
        } catch {
            return ([.failure(of: "master key", error)], nil)
        }
    }

    private static func ownKeys(_ contents: KeyStoreContents, _ sealer: KeySealer, at now: Timestamp) throws -> OwnKeys
    {
        let shown = contents.keys.filter { $0.lifecycle?.isInJWKSet(at: now) ?? false }
        return OwnKeys(
            set: try JWKSet(try shown.map { ($0.id, try sealer.open($0)) }),
            signing: contents.lifecycles.filter { $0.state == .active }.map(\.id))
    }

    /// What only an open database tells, and the clock beside it.
    private static func database(_ app: App, _ user: String?) -> [Finding] {
        let (address, skew) = (app.settings.database.address, app.settings.keys.policy.clockSkew)
        let isSynchronised = LinuxBootClock().read()?.isSynchronised ?? false
        do {
            // Only the server makes a database: a look must not.
            if case .sqlite(let path) = address, FileCondition(of: path) == nil {
                throw OperatorError.refused("there is no file \(path)")
            }
            let examination = try OpenDatabase.examine(address, time: app.time)
            let hashes = Finding.hashes(
                examination.hashes, limit: OpenDatabase.examinedHashes, canVerify: app.hasher.canVerify)
            let clock = Finding.clock(
                now: app.time.now, isSynchronised: isSynchronised, databaseAhead: examination.clockAhead,
                lastWritten: examination.lastWritten, skew: skew)
            return Finding.database(examination, place: address.place, user: user) + [hashes] + clock
        } catch {
            return [.failure(of: "database", error)]
                + Finding.clock(
                    now: app.time.now, isSynchronised: isSynchronised, databaseAhead: nil, lastWritten: nil, skew: skew)
        }
    }

    private static func files(_ settings: Settings, _ reader: SettingsReader) -> [Finding] {
        var data = [FileManager.default.currentDirectoryPath + "/.env"]
        var findings: [Finding] = []
        if case .sqlite(let path) = settings.database.address {
            data = ["", "-wal", "-shm"].map { path + $0 } + data
            findings = [.disk(room: FileCondition.room(beside: path), size: FileCondition.size(of: path))]
        }
        let secrets = SecretSetting.allCases.compactMap { secret -> String? in
            guard case .file(let path)? = reader.place(of: secret) else { return nil }
            return path
        }
        let conditions = (
            data: data.compactMap { FileCondition(of: $0) }, secrets: secrets.compactMap { FileCondition(of: $0) }
        )
        guard !conditions.data.isEmpty || !conditions.secrets.isEmpty else { return findings }
        return Finding.files(data: conditions.data, secrets: conditions.secrets) + findings
    }
}

import ArgumentParser
import AuthCore
import AuthSQL
import AuthSQLite
import AuthSodium
import Foundation

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look the installation over: keys, clock, files, disk, versions, settings.",
        discussion: "A line each, with what to do. Exit code 1 if anything is wrong. Changes nothing.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await withExitCode {
            let report: DoctorReport
            do {
                let reader = try options.reader()
                let settings = try Settings(reader)
                report = DoctorReport(await Self.findings(settings, reader))
            } catch {
                report = DoctorReport([.failure(of: "settings", error)])
            }
            print(report.text(asJSON: json), terminator: "")
            if report.isWrong { throw ExitCode.failure }
        }
    }

    private static func findings(_ settings: Settings, _ reader: SettingsReader) async -> [Finding] {
        let (app, address) = (App(settings), settings.database.address)
        // Before any connection of our own holds a lock.
        let user: String? = if case .sqlite(let path) = address { DatabaseUser.other(of: path) } else { nil }
        return Finding.settings(settings) + (await keys(app, reader)) + database(app, user) + files(settings, reader)
    }

    private static func keys(_ app: App, _ reader: SettingsReader) async -> [Finding] {
        do {
            let secret = try reader.required(.masterKey)
            let strength = Finding.masterKey(secret)
            do {
                let contents = try await OpenDatabase.peekExisting(app.settings.database.address).contents
                _ = try await app.unlockKeys(with: secret).verifyMasterKey(on: contents)
                return [strength] + Finding.keys(contents)
            } catch {
                return [strength, .failure(of: "keys", error)]
            }
        } catch {
            return [.failure(of: "master key", error)]
        }
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

// Wiring owns the object graph: which adapter stands behind which port, built here once for the server and for the
// commands. It must not read a setting's text, and must not hold a rule.

import AuthCore
import AuthPostgres
import AuthSQL
import AuthSodium

/// The program as the settings describe it: what needs neither the database nor the master key, and the ways to those.
struct App {
    let settings: Settings
    let time: any TimeSource
    let workers: WorkerPool
    /// Who changes something, for the audit log.
    let origin: AuditOrigin
    private let opening: PostgresOpening

    /// - Parameters:
    ///   - origin: the server, or whoever runs a command.
    ///   - opening: how the database is opened, where it is PostgreSQL.
    ///   - hashWaited: told how long each hash waited.
    init(
        _ settings: Settings, origin: AuditOrigin = .commandLine, opening: PostgresOpening = .command,
        hashWaited: @escaping @Sendable (Duration) -> Void = { _ in }
    ) {
        self.origin = origin
        self.opening = opening
        let time = SystemTimeSource()
        self.settings = settings
        self.time = time
        workers = WorkerPool(
            threads: settings.passwords.threads, deadline: settings.passwords.deadline, time: time,
            hashWaited: hashWaited)
    }

    /// How passwords are hashed.
    var hasher: SodiumPasswordHasher { SodiumPasswordHasher(parameters: settings.passwords.argon2, pool: workers) }

    /// Opens accounts in `store`; `isOpen` says whether everyone may.
    func register(in store: any Store, isOpen: Bool = true) -> Register {
        Register(
            store: store, hasher: hasher, time: time, isOpen: isOpen,
            generatedMustChange: settings.accounts.generatedMustChange)
    }

    /// Gives accounts in `store` other passwords.
    func resetPassword(in store: any Store) -> ResetPassword {
        ResetPassword(
            store: store, hasher: hasher, time: time, generatedMustChange: settings.accounts.generatedMustChange,
            by: origin)
    }

    /// Proves `secret` on what a database holds.
    func unlockKeys(with secret: Secret) -> UnlockKeys {
        UnlockKeys(secret: secret, derivation: SodiumKeyDerivation(), executor: workers, time: time, by: origin)
    }

    /// Opens the database for what needs no key.
    /// - Throws: with one line for the operator.
    func openDatabase() async throws -> OpenDatabase { try await OpenDatabase(settings.database.address, opening) }

    /// Proves the secret on what is there before anything is changed, then opens the database for good.
    /// - Throws: with one line for the operator.
    func unlock(with reader: SettingsReader) async throws -> UnlockedApp {
        let unlock = unlockKeys(with: try reader.required(.masterKey))
        let contents = try await OpenDatabase.peek(settings.database.address, opening).contents
        let verdict = try await verifyMasterKey(reader, on: contents)
        let database = try await openDatabase()
        if let sealer = verdict.sealer { return UnlockedApp(app: self, database: database, sealer: sealer) }
        do {
            let sealer = try await unlock.importOriginal(into: database.store)
            return UnlockedApp(app: self, database: database, sealer: sealer)
        } catch {
            database.close()
            throw error
        }
    }

    /// Whether the secret of the settings opens what is there.
    /// - Throws: with one line for the operator, which names the file that an interrupted `master-key rotate` has left.
    func verifyMasterKey(_ reader: SettingsReader, on contents: KeyStoreContents) async throws -> UnlockKeys.Verdict {
        do {
            return try await unlockKeys(with: try reader.required(.masterKey)).verifyMasterKey(on: contents)
        } catch OperatorError.wrongMasterKey {
            throw await interruptedReplacement(reader, contents) ?? OperatorError.wrongMasterKey
        }
    }

    /// What to do where `master-key rotate` was ended after the keys were sealed anew and before the new secret was in its
    /// place; nil where it was not that.
    private func interruptedReplacement(
        _ reader: SettingsReader, _ contents: KeyStoreContents
    ) async -> SettingsError? {
        guard let left = reader.place(of: .masterKey).flatMap({ SecretReplacement.interrupted(at: $0) }),
            (try? await unlockKeys(with: left.secret).verifyMasterKey(on: contents)) != nil
        else { return nil }
        return SettingsError(
            "NOT_MY_KEY does not open this database, but the secret in \(left.pending) does: master-key rotate was"
                + " interrupted; mv \(left.pending) \(left.path)")
    }
}

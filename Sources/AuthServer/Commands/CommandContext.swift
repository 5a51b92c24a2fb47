import AuthCore
import AuthSodium

/// What a command that touches keys works with: the same settings, data and rules as the server.
struct CommandContext {
    let settings: Settings
    let store: any Store
    private let database: OpenedStore
    let sealer: KeySealer
    let work: WorkerPool
    let time = SystemTimeSource()

    /// Runs a command, and closes the database after it.
    /// - Throws: as a start of the server would, before anything is changed.
    static func run(_ options: SettingOptions, _ command: (CommandContext) async throws -> Void) async throws {
        try await reportingFailure {
            let context = try await CommandContext(options)
            defer { context.database.close() }
            try await command(context)
        }
    }

    private init(_ options: SettingOptions) async throws {
        let reader = try options.reader()
        settings = try Settings(reader)
        guard let secret = try reader.secret(.masterKey) else { throw SettingsError.noMasterKey }
        work = WorkerPool(threads: settings.hashThreads, deadline: settings.hashDeadline, time: time)
        (database, sealer) = try await OpenDatabase.open(settings, secret: secret, executor: work, time: time)
        store = database.store
    }

    var rotate: RotateKeys {
        RotateKeys(
            schedule: KeySchedule(policy: settings.keyPolicy), store: store, sealer: sealer, executor: work,
            bits: settings.keyBits)
    }

    /// Does what `wish` says, and makes the keys that are missing then: a running server would, but there may be none.
    func step(_ wish: RotateKeys.Operation) async throws -> RotateKeys.Outcome {
        let time = self.time
        var outcome = try await rotate.step(wish, at: { time.now })
        while !outcome.plan.missing.isEmpty {
            _ = try await rotate.generate(at: { time.now })
            outcome = try await rotate.step(at: { time.now })
        }
        return outcome
    }
}

import AuthCore
import AuthSodium

/// What a command that touches keys works with: the same settings, data and rules as the server.
struct OperatorContext {
    let settings: Settings
    let store: any Store
    private let database: OpenedStore
    let vault: KeyVault
    let work: HashingPool
    let time = SystemTimeSource()

    /// Runs a command, and closes the database after it.
    /// - Throws: as a start of the server would, before anything is changed.
    static func run(_ options: SettingOptions, _ command: (OperatorContext) async throws -> Void) async throws {
        try await reportingFailure {
            let context = try await OperatorContext(options)
            defer { context.database.close() }
            try await command(context)
        }
    }

    private init(_ options: SettingOptions) async throws {
        let reader = try options.reader()
        settings = try Settings(reader)
        guard let secret = try reader.secret(.masterKey) else { throw SettingsError.noMasterKey }
        work = HashingPool(threads: settings.hashThreads, deadline: settings.hashDeadline, time: time)
        (database, vault) = try await OpenDatabase.open(settings, secret: secret, work: work, time: time)
        store = database.store
    }

    var rotate: RotateKeys {
        RotateKeys(
            schedule: KeySchedule(policy: settings.keyPolicy), store: store, vault: vault, work: work,
            bits: settings.keyBits)
    }

    /// Does what `wish` says, and makes the keys that are missing then: a running server would, but there may be none.
    func step(_ wish: RotateKeys.Wish) async throws -> RotateKeys.Outcome {
        let time = self.time
        var outcome = try await rotate.step(wish, at: { time.now })
        while !outcome.plan.needs.isEmpty {
            _ = try await rotate.fill(at: { time.now })
            outcome = try await rotate.step(at: { time.now })
        }
        return outcome
    }
}

import AuthCore
import AuthSodium

/// The program with its database open and the master key proven on it: what touches keys works with this.
struct UnlockedApp {
    let app: App
    let database: OpenDatabase
    let sealer: KeySealer
    /// The database's, or what watches it.
    let store: any Store

    init(app: App, database: OpenDatabase, sealer: KeySealer, store: (any Store)? = nil) {
        self.app = app
        self.database = database
        self.sealer = sealer
        self.store = store ?? database.store
    }

    var settings: Settings { app.settings }
    var time: any TimeSource { app.time }

    /// Carries the keys from one state to the next.
    var rotateKeys: RotateKeys {
        let bits = settings.keys.bits
        return RotateKeys(
            schedule: KeySchedule(policy: settings.keys.policy, algorithms: settings.keys.algorithms),
            clock: KeyClock(time: time, boot: LinuxBootClock()), store: store, sealer: sealer, executor: app.workers,
            by: app.origin,
            // Longer than any session: its ID tokens come back with the request to end it.
            keepsRetired: settings.sessions.policy.absolute + .seconds(86_400)
        ) { algorithm in
            try KeyMaterial.generate(algorithm, bits: bits)
        }
    }

    var rotateMasterKey: RotateMasterKey {
        RotateMasterKey(
            store: store, derivation: SodiumKeyDerivation(), executor: app.workers, time: time, by: app.origin)
    }
}

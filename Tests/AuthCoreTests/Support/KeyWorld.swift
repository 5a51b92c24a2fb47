import AuthCore
import AuthTestSupport

/// One store and one clock, on which any number of processes keep their keys.
struct KeyWorld: Sendable {
    /// The defaults of the settings.
    static let usualPolicy = KeyPolicy(
        activePeriod: .seconds(2_592_000), publishAhead: .seconds(86_400), maxAge: .seconds(300),
        tokenLifetime: .seconds(3_600), clockSkew: .seconds(60))

    let store = MemoryStore()
    let time = ManualTimeSource()
    let schedule: KeySchedule
    let keyEncryptionKey: KeyEncryptionKey
    let record: KeyEncryptionKeyRecord

    /// A store with a key-encryption key and no keys.
    init(policy: KeyPolicy = usualPolicy) async throws {
        schedule = KeySchedule(policy: policy)
        let (key, record) = try makeKeyEncryptionKey()
        keyEncryptionKey = key
        self.record = record
        try await store.write { transaction in try transaction.insert(record) }
    }

    /// A process as the server is one, or a command.
    func process(executor: any CPUExecutor = ImmediateExecutor()) -> KeyProcess {
        KeyProcess(world: self, sealer: KeySealer(keyEncryptionKey), executor: executor)
    }

    /// Puts keys into the store, the private half of every key that has one being `TestKey.material(number)`.
    func insert(_ keys: [(record: KeyLifecycle, material: Int)]) async throws {
        let sealer = KeySealer(keyEncryptionKey)
        let stored = try keys.map { key in
            let material = try TestKey.material(key.material)
            return StoredKey(
                key.record,
                sealed: try sealer.seal(
                    key.record.holdsPrivateHalf ? material : material.withoutPrivateHalf, id: key.record.id))
        }
        try await store.write { transaction in for key in stored { try transaction.insert(key) } }
    }

    /// An active key 1, a key 2 for expired tokens and a successor 3, all made now.
    func insertUsualKeys() async throws {
        let active = schedule.record(of: KeyID(1), filling: .active, after: nil, at: time.now)
        try await insert([
            (active, 0), (schedule.record(of: KeyID(2), filling: .expired, after: active, at: time.now), 1),
            (schedule.record(of: KeyID(3), filling: .successor, after: active, at: time.now), 2),
        ])
    }

    /// The keys' records, by kid.
    var records: [KeyLifecycle] { store.keyStoreContents.keys.compactMap(\.record) }

    func record(of id: KeyID) -> KeyLifecycle? { records.first { $0.id == id } }

    /// The states of the keys, by kid.
    var states: [KeyState] { records.map(\.state) }
}

/// What one process has of the keys.
struct KeyProcess: Sendable {
    let sealer: KeySealer
    let rotate: RotateKeys
    let ring = CurrentKeyRing()
    let log = LogRecorder()
    let verifiers: KeyPropagationTracker
    let rotationLoop: KeyRotationLoop

    init(world: KeyWorld, sealer: KeySealer, executor: any CPUExecutor) {
        self.sealer = sealer
        rotate = RotateKeys(
            schedule: world.schedule, store: world.store, sealer: sealer, executor: executor, bits: 2_048)
        verifiers = KeyPropagationTracker(time: world.time)
        rotationLoop = KeyRotationLoop(
            rotate: rotate, sealer: sealer, keyRing: ring, store: world.store, verifiers: verifiers, time: world.time,
            logger: log.logger)
    }
}

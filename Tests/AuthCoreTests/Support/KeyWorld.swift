import AuthCore
import AuthTestSupport

/// One store and one clock, on which any number of processes keep their keys.
struct KeyWorld: Sendable {
    /// The defaults of the settings.
    static let usualPolicy = KeyPolicy(
        activePeriod: .seconds(2_592_000), publishAhead: .seconds(86_400), maxAge: .seconds(300),
        tokenLifetime: .seconds(3_600), clockSkew: .seconds(60))

    let store: TestStore
    let time = ManualTimeSource()
    let schedule: KeySchedule
    let keyEncryptionKey: KeyEncryptionKey
    let record: KeyEncryptionKeyRecord

    /// A store with a key-encryption key and no keys.
    init(
        policy: KeyPolicy = usualPolicy, algorithms: Set<KeyAlgorithm> = [], store: TestStore = TestStore()
    ) async throws {
        self.store = store
        schedule = KeySchedule(policy: policy, algorithms: algorithms)
        let (key, record) = try makeKeyEncryptionKey()
        keyEncryptionKey = key
        self.record = record
        try await store.write { transaction in try transaction.insert(record) }
    }

    /// A process as the server is one, or a command.
    func process(
        executor: any CPUExecutor = ImmediateExecutor(), store: (any Store)? = nil, node: String = "node",
        boot: (any BootClock)? = nil, changes: any ChangeFeed = ManualChangeFeed(),
        makeKey: @escaping @Sendable (KeyAlgorithm) throws -> KeyMaterial = { try .generate($0, bits: 2_048) }
    ) -> KeyProcess {
        KeyProcess(
            world: self, sealer: KeySealer(keyEncryptionKey), executor: executor, store: store, node: node,
            boot: boot, changes: changes, makeKey: makeKey)
    }

    /// Puts keys into the store, the private half of every key that has one being `TestKey.material(number)`.
    func insert(_ keys: [(lifecycle: KeyLifecycle, material: Int)]) async throws {
        let sealer = KeySealer(keyEncryptionKey)
        let stored = try keys.map { key in
            let material = try TestKey.material(key.material)
            return StoredKey(
                key.lifecycle,
                sealed: try sealer.seal(
                    key.lifecycle.holdsPrivateHalf ? material : material.withoutPrivateHalf, id: key.lifecycle.id))
        }
        try await store.write { transaction in for key in stored { try transaction.insert(key) } }
    }

    /// An active key 1, a key 2 for expired tokens and a successor 3, all made now.
    func insertUsualKeys() async throws {
        let active = schedule.lifecycle(of: KeyID(1), filling: .active, after: nil, at: time.now)
        try await insert([
            (active, 0), (schedule.lifecycle(of: KeyID(2), filling: .expired, after: active, at: time.now), 1),
            (schedule.lifecycle(of: KeyID(3), filling: .successor, after: active, at: time.now), 2),
        ])
    }

    /// The keys' lifecycles, by kid.
    var lifecycles: [KeyLifecycle] { store.keyStoreContents.lifecycles }

    func lifecycle(of id: KeyID) -> KeyLifecycle? { lifecycles.first { $0.id == id } }

    /// The states of the keys, by kid.
    var states: [KeyState] { lifecycles.map(\.state) }
}

/// What one process has of the keys.
struct KeyProcess: Sendable {
    let sealer: KeySealer
    let rotate: RotateKeys
    let ring = CurrentKeyRing()
    let log = LogRecorder()
    let tracker: KeyPropagationTracker
    let rotationLoop: KeyRotationLoop

    init(
        world: KeyWorld, sealer: KeySealer, executor: any CPUExecutor, store: (any Store)?, node: String,
        boot: (any BootClock)?, changes: any ChangeFeed,
        makeKey: @escaping @Sendable (KeyAlgorithm) throws -> KeyMaterial
    ) {
        let store = store ?? world.store
        self.sealer = sealer
        rotate = RotateKeys(
            schedule: world.schedule, clock: KeyClock(time: world.time, boot: boot), store: store, sealer: sealer,
            executor: executor, makeKey: makeKey)
        tracker = KeyPropagationTracker(time: world.time)
        rotationLoop = KeyRotationLoop(
            rotate: rotate, sealer: sealer, keyRing: ring, store: store, changes: changes, tracker: tracker,
            node: node, time: world.time, logger: log.logger)
    }
}

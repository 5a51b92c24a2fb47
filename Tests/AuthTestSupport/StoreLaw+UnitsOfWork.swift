import AuthCore
import Synchronization

extension StoreLaw {
    /// What holds for every unit of work.
    package static let unitsOfWork = [
        StoreLaw("a unit of work that fails leaves nothing behind", checkFailedUnit),
        StoreLaw("a read sees one consistent state while others write", checkConsistentRead),
        StoreLaw("a unit of work sees what it wrote", checkOwnWrites),
        StoreLaw("a write whose caller is cancelled meanwhile commits", checkCancelledWrite),
    ]

    private struct Deliberate: Error {}

    private static func checkFailedUnit(_ store: any Store) async throws {
        try await store.write { transaction in try transaction.insert(Sample.key(1, .active)) }
        let before = try await store.read { transaction in try transaction.keyStoreContents() }
        let thrown = await failure {
            try await store.write { transaction in
                try transaction.insert(try Sample.user("alice"))
                try transaction.insert(Sample.key(2, .published))
                try transaction.deleteKey(KeyID(1))
                try transaction.insert(Sample.keyEncryptionKey(1))
                _ = try transaction.reserveSigning(
                    under: KeyID(1), until: Sample.now + .seconds(9_000), withdrawnAt: Sample.now + .seconds(9_000))
                throw Deliberate()
            }
        }
        try require(thrown is Deliberate, "the body's own error comes out, not \(text(thrown))")
        try require(try await find(["alice"], in: store) == nil, "the account is not there")
        let after = try await store.read { transaction in try transaction.keyStoreContents() }
        try require(after == before, "the keys are as they were")
        try await register("alice", in: store)
    }

    private static func checkOwnWrites(_ store: any Store) async throws {
        let seen = try await store.write { transaction in
            try transaction.insert(try Sample.user("alice"))
            try transaction.insert(Sample.key(1, .published))
            try transaction.insert(Sample.keyEncryptionKey(7))
            return (
                try transaction.user(named: ["alice"]), try transaction.keys().map(\.id),
                try transaction.keyEncryptionKeys().map(\.id), try transaction.nextKeyID()
            )
        }
        try require(seen.0?.username == "alice", "the account is seen")
        try require(seen.1 == [KeyID(1)], "the key is seen")
        try require(seen.2 == [KeyEncryptionKeyID(7)], "the key-encryption key is seen")
        try require(seen.3 > KeyID(1), "its kid is not given again")
    }

    /// Every state that was ever committed has one key, named like the one key-encryption key.
    private static func checkConsistentRead(_ store: any Store) async throws {
        try await store.write { transaction in
            try transaction.insert(Sample.key(1, .active))
            try transaction.insert(Sample.keyEncryptionKey(1))
        }
        let inconsistent = try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for number in Int64(1)...40 {
                    try await store.write { transaction in
                        try transaction.deleteKey(KeyID(number))
                        try transaction.insert(Sample.key(number + 1, .active))
                        try transaction.deleteKeyEncryptionKey(KeyEncryptionKeyID(UInt64(number)))
                        try transaction.insert(Sample.keyEncryptionKey(UInt64(number) + 1))
                    }
                }
                return false
            }
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<40 {
                        let seen = try await store.read { transaction in
                            let states = try (0..<8).map { _ in try transaction.keyStoreContents() }
                            return states.allSatisfy { isWhole($0) && $0 == states[0] }
                        }
                        guard seen else { return true }
                    }
                    return false
                }
            }
            return try await group.reduce(false) { $0 || $1 }
        }
        try require(!inconsistent, "no read sees half a write, or a write in its midst")
    }

    private static func isWhole(_ contents: KeyStoreContents) -> Bool {
        contents.keys.count == 1
            && contents.keys.map { UInt64($0.id.number) } == contents.keyEncryptionKeys.map(\.id.number)
    }

    private static func checkCancelledWrite(_ store: any Store) async throws {
        let user = try Sample.user("alice")
        let caller = Mutex<Task<(any Error)?, Never>?>(nil)
        let cancelCaller: @Sendable () -> Void = { caller.withLock { $0 }?.cancel() }
        let (start, go) = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            // Not before `caller` is set: the body is to find someone to cancel.
            for await _ in start { break }
            return await failure {
                try await store.write { transaction in
                    cancelCaller()
                    try transaction.insert(user)
                }
            }
        }
        caller.withLock { $0 = task }
        go.yield()
        let thrown = await task.value
        try require(thrown == nil, "the write answers its caller, not \(text(thrown))")
        try require(task.isCancelled, "the caller was cancelled meanwhile")
        try require(try await find(["alice"], in: store) != nil, "what it wrote is there")
    }
}

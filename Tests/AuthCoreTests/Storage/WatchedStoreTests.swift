import AuthCore
import AuthTestSupport
import Logging
import Synchronization
import Testing

@Suite("WatchedStore") struct WatchedStoreTests {
    private let time = ManualTimeSource()
    private let behind = TestStore()
    private let recorder = LogRecorder()
    @TaskLocal private static var isRequest = false

    @Test("an outage is one line at each end, and no readiness between") func outage() async throws {
        let store = WatchedStore(behind, time: time, logger: recorder.logger) { Self.isRequest }
        #expect(await store.isReady())
        behind.fail(with: AuthError.unavailable("disk full"))
        for isRequest in [true, true, true, false, false] {
            await Self.$isRequest.withValue(isRequest) {
                await #expect(throws: AuthError.unavailable("disk full")) { try await store.write { _ in } }
            }
        }
        #expect(await !store.isReady())
        behind.fail(with: nil)
        time.advance(by: .seconds(2))
        await store.probe()
        #expect(await store.isReady())
        #expect(
            recorder.lines.map(\.message) == [
                "the database does not answer: requests are refused", "the database answers again",
            ])
        #expect(recorder.lines.last?.metadata == ["failures": "6", "requests": "3", "lasted_ms": "2000"])
    }

    @Test("is tried only when somebody asked, and leaves nothing behind") func probe() async throws {
        let store = WatchedStore(behind, time: time, logger: recorder.logger) { Self.isRequest }
        behind.fail(with: AuthError.unavailable("read-only"))
        await store.probe()
        #expect(recorder.lines.isEmpty)
        behind.fail(with: nil)
        #expect(await store.isReady())
        await store.probe()
        #expect(try await behind.read { try $0.keyPropagation() }.isEmpty)
        behind.fail(with: AuthError.unavailable("read-only"))
        await store.probe()
        #expect(recorder.lines.isEmpty)
        time.advance(by: .seconds(2))
        await store.probe()
        #expect(recorder.lines.count == 1)
    }

    @Test("a table that is gone is one outage, though what does not need it succeeds") func table() async throws {
        let half = HalfStore(behind)
        let store = WatchedStore(half, time: time, logger: recorder.logger) { Self.isRequest }
        half.lacksTable = true
        for _ in 0..<5 {
            #expect(await !store.isReady())
            time.advance(by: .seconds(1))
            try await store.write { _ in }
            await store.probe()
            #expect(await !store.isReady())
        }
        #expect(recorder.lines.map(\.message) == ["the database does not answer: requests are refused"])
        half.lacksTable = false
        time.advance(by: .seconds(1))
        await store.probe()
        #expect(await store.isReady())
        #expect(recorder.lines.map(\.message).dropFirst() == ["the database answers again"])
    }
}

/// A store that may lack a table which only a look needs.
private final class HalfStore: Store {
    private let behind: TestStore
    private let lacks = Mutex(false)
    var lacksTable: Bool {
        get { lacks.withLock { $0 } }
        set { lacks.withLock { $0 = newValue } }
    }

    init(_ behind: TestStore) { self.behind = behind }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        try await behind.read(body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result,
        carriedOut: @escaping @Sendable (Result) -> Void
    ) async throws -> Result {
        try await behind.write(body, carriedOut: carriedOut)
    }

    func ping() async throws {
        if lacksTable { throw AuthError.unavailable("no such table: auth_logs") }
    }
}

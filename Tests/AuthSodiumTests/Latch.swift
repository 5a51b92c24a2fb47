import AuthCore
import AuthSodium
import Dispatch
import Synchronization

/// A door that opens once and stays open: how a test keeps a thread of the pool busy for as long as it likes.
final class Latch: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let state = Mutex(false)

    var isOpen: Bool { state.withLock { $0 } }

    func open() {
        state.withLock { $0 = true }
        semaphore.signal()
    }

    /// Blocks the calling thread, which must be one of the pool's own.
    func pass() {
        semaphore.wait()
        semaphore.signal()
    }
}

/// Lets other tasks run until `condition` holds; the test's time limit ends a wait for what never comes.
func eventually(_ condition: @Sendable () -> Bool) async throws {
    while !condition() {
        try Task.checkCancellation()
        await Task.yield()
    }
}

/// Gives `pool`, which has one thread for `lane` (nil: for hashes), a job that lasts until `latch` opens; returns when it has begun.
func keepBusy(_ pool: WorkerPool, _ lane: CPULane? = nil, until latch: Latch) async throws -> Task<Void, any Error> {
    let hasBegun = Latch()
    let blocker = Task {
        @Sendable func wait() {
            hasBegun.open()
            latch.pass()
        }
        if let lane { try await pool.run(on: lane, wait) } else { try await pool.ask(wait) }
    }
    try await eventually { hasBegun.isOpen }
    return blocker
}

import Foundation
import JWKSVerifier
import Synchronization

/// A clock that is turned by hand; whoever sleeps by it wakes when it has been turned far enough.
final class ManualClock: Sendable {
    private struct State {
        var now = Date(timeIntervalSince1970: 1_800_000_000)
        var uptime: Duration = .seconds(1_000)
        var sleepers: [Int: (until: Duration, CheckedContinuation<Void, any Error>)] = [:]
        var last = 0
    }

    private let state = Mutex(State())

    var now: Date { state.withLock { $0.now } }
    var uptime: Duration { state.withLock { $0.uptime } }
    var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    var clock: VerifierClock {
        VerifierClock(now: { self.now }, uptime: { self.uptime }, sleep: { try await self.sleep($0) })
    }

    func advance(_ duration: Duration) {
        let woken = state.withLock { state in
            state.uptime += duration
            state.now += duration / .seconds(1)
            let due = state.sleepers.filter { $0.value.until <= state.uptime }
            for number in due.keys { state.sleepers[number] = nil }
            return due.values.map(\.1)
        }
        for continuation in woken { continuation.resume() }
    }

    private func sleep(_ duration: Duration) async throws {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let isOver = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.sleepers[number] = (state.uptime + duration, continuation)
                    return false
                }
                if isOver { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: number)?.1 }?.resume(throwing: CancellationError())
        }
    }
}

import AuthCore
import Dispatch
import Foundation
import Synchronization

/// Tries something with PostgreSQL as long as ``PostgresStart`` says, on a thread of its own: libpq blocks.
final class PostgresAttempts<Success: Sendable>: Sendable {
    /// Beyond the end of the wait, for an attempt that is under way then. Each of its steps has a deadline of its own,
    /// unless a URL says `connect_timeout=0`.
    private static var longestAttempt: Duration { .seconds(15) }

    private let address: PostgresAddress
    private let opening: PostgresOpening
    private let attempt: @Sendable () throws -> Success
    private let begun = ContinuousClock.now
    private let start: Mutex<PostgresStart>

    init(
        _ address: PostgresAddress, _ opening: PostgresOpening, _ attempt: @escaping @Sendable () throws -> Success
    ) {
        self.address = address
        self.opening = opening
        self.attempt = attempt
        start = Mutex(PostgresStart(limit: opening.wait))
    }

    /// - Throws: ``OperatorError/refused(_:)`` with one line for the operator, and what the attempt throws.
    func run() async throws -> Success {
        try await withCheckedThrowingContinuation { continuation in
            let caller = WaitingCaller(continuation)
            let thread = Thread { self.work(for: caller) }
            thread.name = "postgres-start"
            thread.start()
            watch(caller)
        }
    }

    private var now: Duration { .now - begun }

    private func work(for caller: WaitingCaller<Success>) {
        while caller.isWaiting {
            do {
                let success = try attempt()
                if let event = start.withLock({ $0.succeeded(at: now) }) { opening.tell(event) }
                return caller.resume(with: .success(success))
            } catch let failure as PostgresFailure {
                let step = start.withLock {
                    $0.failed(
                        reason: failure.reason, mayPass: failure.mayPass, isShortage: failure.isShortage, at: now)
                }
                guard case .again(let pause) = step else {
                    let waited = failure.mayPass ? opening.wait : .zero
                    return caller.resume(with: .failure(failure.refusal(of: address, waited: waited)))
                }
                tellLine()
                Thread.sleep(forTimeInterval: Double(pause.milliseconds) / 1_000)
            } catch {
                return caller.resume(with: .failure(error))
            }
        }
    }

    /// Says what is due while an attempt takes its time, and ends the wait for one that has none.
    private func watch(_ caller: WaitingCaller<Success>) {
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(1)) {
            guard caller.isWaiting else { return }
            self.tellLine()
            guard self.now < self.opening.wait + Self.longestAttempt else {
                let failure = PostgresFailure(kind: .notConnected(.away), reason: "there is no answer")
                return caller.resume(
                    with: .failure(failure.refusal(of: self.address, waited: self.opening.wait)))
            }
            self.watch(caller)
        }
    }

    private func tellLine() {
        if let event = start.withLock({ $0.line(at: now) }) { opening.tell(event) }
    }
}

import AuthCore
import Dispatch
import Synchronization

/// Opens the connections of a pool when ``ConnectionCount`` says, and has those wait who get none.
final class ConnectionOpener: Sendable {
    /// A look at what a sleeper was not told.
    private static let longestSleep: Duration = .seconds(1)

    private struct State {
        var count: ConnectionCount
        /// Threads without a connection that wait.
        var sleepers = 0
        /// What there is before any thread has opened one.
        var first: PostgresConnection?
    }

    private let address: PostgresAddress
    private let breaker: CircuitBreaker
    private let tell: @Sendable (PostgresEvent) -> Void
    private let begun = ContinuousClock.now
    private let state: Mutex<State>
    private let change = DispatchSemaphore(value: 0)

    init(_ address: PostgresAddress, first: PostgresConnection, breaker: CircuitBreaker, _ opening: PostgresOpening) {
        self.address = address
        self.breaker = breaker
        tell = opening.tell
        state = Mutex(State(count: ConnectionCount(wanted: opening.connections, open: 1), first: first))
    }

    /// Whether there is a connection, as far as is known.
    var hasConnections: Bool { state.withLock { $0.count.open > 0 } }

    /// Why nobody can be served, if that is known.
    var standstill: String? { breaker.outage ?? state.withLock { $0.count.standstill(at: now) } }

    /// The one that there was at the begin, once.
    func takeFirst() -> PostgresConnection? {
        state.withLock { state in
            defer { state.first = nil }
            return state.first
        }
    }

    /// Opens a connection when it is time for that; nil where there is none yet, after a while.
    func open() -> PostgresConnection? {
        if breaker.outage != nil {
            sleep(Self.longestSleep)
            return nil
        }
        if let pause = state.withLock({ $0.count.begin(at: now) }) {
            sleep(min(pause, Self.longestSleep))
            return nil
        }
        do {
            let connection = try PostgresConnection(to: address)
            if let event = state.withLock({ $0.count.opened(at: now) }) { tell(event) }
            wake()
            return connection
        } catch {
            note(error)
            return nil
        }
    }

    /// A connection is gone.
    func noteLoss() { state.withLock { $0.count.lost() } }

    /// Has the threads without a connection look again.
    func wake() {
        let sleepers = state.withLock { state in
            defer { state.sleepers = 0 }
            return state.sleepers
        }
        for _ in 0..<sleepers { change.signal() }
    }

    private var now: Duration { .now - begun }

    private func note(_ error: any Error) {
        let failure = error as? PostgresFailure
        let reason = failure?.reason ?? "\(type(of: error))"
        if failure?.isShortage(whileSomeWork: hasConnections) == true {
            if let event = state.withLock({ $0.count.refused(reason, at: now) }) { tell(event) }
        } else {
            state.withLock { $0.count.failed(at: now) }
            breaker.report(outage: reason)
        }
    }

    private func sleep(_ longest: Duration) {
        state.withLock { $0.sleepers += 1 }
        guard change.wait(timeout: .now() + .nanoseconds(Int(longest.nanoseconds))) == .timedOut else { return }
        state.withLock { $0.sleepers = max(0, $0.sleepers - 1) }
    }
}

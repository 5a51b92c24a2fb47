import NIOCore
import Synchronization

/// Runs tasks on an event loop: a request goes from the bytes to its use case and back without changing threads.
///
/// What waits there for a store, a hash or a signature waits as a task does, and holds up nobody. Tasks make tasks, and the
/// loop looks at its sockets only when there is none left: so they take turns with the sockets.
final class EventLoopExecutor: TaskExecutor {
    /// Jobs of one turn: a millisecond or so.
    private static let mostInTurn = 128
    /// Until the next: a task without a delay would run before the loop looks at any socket.
    private static let untilNextTurn: TimeAmount = .microseconds(100)

    private struct State {
        var jobs: CircularBuffer<UnownedJob> = []
        /// Whether the loop goes on with them by itself.
        var isAwake = false
        var ranInTurn = 0
    }

    private let eventLoop: any EventLoop
    private let state = Mutex(State())

    /// On this event loop.
    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let wakes = state.withLock { state in
            state.jobs.append(job)
            defer { state.isAwake = true }
            return !state.isAwake
        }
        if wakes { eventLoop.execute { self.run() } }
    }

    private func run() {
        while let job = next() { job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// nil where there is none, or where it is the sockets' turn.
    private func next() -> UnownedJob? {
        let (job, isTurnOver) = state.withLock { state -> (UnownedJob?, Bool) in
            guard !state.jobs.isEmpty else {
                state.isAwake = false
                return (nil, false)
            }
            guard state.ranInTurn < Self.mostInTurn else {
                state.ranInTurn = 0
                return (nil, true)
            }
            state.ranInTurn += 1
            return (state.jobs.removeFirst(), false)
        }
        if isTurnOver { eventLoop.scheduleTask(in: Self.untilNextTurn) { self.run() } }
        return job
    }
}

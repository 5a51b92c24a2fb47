import NIOCore

/// Runs tasks on an event loop: a request goes from the bytes to its use case and back without changing threads.
///
/// What waits there for a store, a hash or a signature waits as a task does, and holds up nobody.
final class EventLoopExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    /// On this event loop.
    init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}

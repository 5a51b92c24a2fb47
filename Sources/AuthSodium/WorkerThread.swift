import Glibc

/// A thread of our own: the cooperative pool and the event loops must never wait for a hash.
enum WorkerThread {
    private final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread that runs `body`, `niceness` steps below the event loops where the system allows it.
    static func start(niceness: Int32, _ body: @escaping @Sendable () -> Void) {
        let start = Unmanaged.passRetained(
            Start {
                // Linux keeps one niceness per thread; 0 means the calling one.
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, niceness)
                body()
            })
        var thread = pthread_t()
        let status = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, start.toOpaque())
        precondition(status == 0, "the system refuses another thread")
        pthread_detach(thread)
    }
}

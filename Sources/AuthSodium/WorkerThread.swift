import Glibc

/// A thread of our own: the cooperative pool and the event loops must never wait for a hash.
enum WorkerThread {
    private final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Starts a thread that runs `body`, `niceness` steps below the event loops where the system allows it.
    /// - Returns: false when the system refuses another thread.
    static func start(niceness: Int32, _ body: @escaping @Sendable () -> Void) -> Bool {
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
        guard status == 0 else {
            start.release()
            return false
        }
        pthread_detach(thread)
        return true
    }
}

import CLinux
import Glibc

/// A thread of our own: the cooperative pool and the event loops must never wait for a hash.
enum WorkerThread {
    private final class Start {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// How the kernel is asked to treat a thread.
    struct Standing {
        /// Steps below the event loops.
        let niceness: Int32
        /// How long it runs at a stretch, in nanoseconds; from 0.1 to 100 ms. The shorter, the sooner it comes before
        /// whoever runs when it has something to do (Linux 6.12 and later).
        let slice: UInt64
    }

    private static let ofThread = __priority_which_t(PRIO_PROCESS.rawValue)
    private static let mostNice: Int32 = 19
    /// The main thread's: what whoever started the process gave it (systemd's `Nice=`).
    private static let usual = getpriority(ofThread, id_t(getpid()))

    /// Starts a thread that runs `body`, and has this standing where the system allows it.
    /// - Returns: false when the system refuses another thread.
    static func start(_ standing: Standing, _ body: @escaping @Sendable () -> Void) -> Bool {
        let start = Unmanaged.passRetained(
            Start {
                let niceness = min(usual + standing.niceness, mostNice)
                if sched_set_niceness_and_slice(niceness, standing.slice) != 0 {
                    // Linux keeps one niceness per thread; 0 means the calling one.
                    setpriority(ofThread, 0, niceness)
                }
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

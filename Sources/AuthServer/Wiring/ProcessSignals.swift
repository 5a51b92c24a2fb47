import Glibc
import Synchronization

/// What the process does when the system sends it a signal.
///
///     held ──► command: ends by the signal, as any program
///          └─► starting: SIGTERM ends it at once with 0 ──► serving: the first stops it, the second ends it at once
///
/// The signals are held back from the first instruction and taken by the main thread with `sigwait(3)`: none arrives
/// before somebody knows what to do, and no handler interrupts anything. It has to be that thread: libdispatch would
/// open it for every signal.
package final class ProcessSignals: Sendable {
    private enum Phase {
        case command
        case starting
        case serving(stop: @Sendable () -> Void, hangUp: @Sendable () -> Void)
        case stopping(hangUp: @Sendable () -> Void)
    }

    private static let taken = [SIGTERM, SIGINT, SIGHUP]

    private let phase: Mutex<Phase>

    /// Holds the signals back until there is a ``ProcessSignals``, and makes a broken pipe and a limit on the size of
    /// files errors of the write that meets them. For the first instruction of the process, before there is another
    /// thread. Descriptors 0 to 2 are open afterwards: a file that is opened later must not become standard error.
    package static func hold() {
        for ignored in [SIGPIPE, SIGXFSZ] { signal(ignored, SIG_IGN) }
        var set = Self.set(of: taken)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        while case let descriptor = open("/dev/null", O_RDWR), descriptor >= 0 {
            guard descriptor > STDERR_FILENO else { continue }
            close(descriptor)
            break
        }
    }

    /// - Parameter isServer: a command ends by the signal; a server that only starts ends with 0: nobody waits for an
    ///   answer, and what is half written to the database is undone at the next start.
    package init(isServer: Bool) {
        phase = Mutex(isServer ? .starting : .command)
        if isServer {
            // What they mean elsewhere (reopen the log, dump something) is nothing to end for.
            for ignored in [SIGUSR1, SIGUSR2, SIGALRM] { signal(ignored, SIG_IGN) }
        }
    }

    /// From now on SIGTERM and SIGINT call `stop` the first time, SIGHUP calls `hangUp`, on the main thread.
    package func serve(stop: @escaping @Sendable () -> Void, hangUp: @escaping @Sendable () -> Void) {
        phase.withLock { $0 = .serving(stop: stop, hangUp: hangUp) }
    }

    /// Takes what was held back and what comes, as long as the process lives: for the main thread.
    package func take() -> Never {
        var set = Self.set(of: Self.taken)
        while true {
            var number: Int32 = 0
            guard sigwait(&set, &number) == 0 else { continue }
            take(number)
        }
    }

    private func take(_ number: Int32) {
        let now = phase.withLock { phase in
            let now = phase
            if case .serving(_, let hangUp) = phase, number != SIGHUP { phase = .stopping(hangUp: hangUp) }
            return now
        }
        switch (now, number) {
        case (.command, _): Self.end(by: number)
        case (.starting, SIGHUP): break
        case (.starting, _): _exit(0)
        case (.serving(_, let hangUp), SIGHUP), (.stopping(let hangUp), SIGHUP): hangUp()
        case (.serving(let stop, _), _): stop()
        case (.stopping, _): Self.end(by: number)
        }
    }

    /// What the shell or the supervisor sees is the signal; one that the process was told to ignore goes on being
    /// ignored (`nohup`).
    private static func end(by number: Int32) {
        var set = set(of: [number])
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        raise(number)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    private static func set(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }
}

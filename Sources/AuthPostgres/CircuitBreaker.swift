import AuthCore
import Glibc
import Synchronization

/// Whether PostgreSQL answers, as everyone who talks to it finds out together. While it does not, callers are refused
/// at once and only the ``NotificationListener`` goes on trying.
final class CircuitBreaker: Sendable {
    private struct State {
        var outage: String?
        var isClosed = false
    }

    private let state = Mutex(State())
    /// A byte in this pipe wakes the listener.
    private let readEnd: Int32
    private let writeEnd: Int32

    init() throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else {
            throw OperatorError.refused("the system refuses another pipe: raise the limit of open files")
        }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (readEnd, writeEnd) = (ends[0], ends[1])
    }

    deinit {
        Glibc.close(readEnd)
        Glibc.close(writeEnd)
    }

    /// Why nobody should ask PostgreSQL now; nil when it answers as far as is known.
    var outage: String? { state.withLock { $0.outage } }
    var isClosed: Bool { state.withLock { $0.isClosed } }

    func report(outage reason: String) {
        state.withLock { if $0.outage == nil { $0.outage = reason } }
        wakeListener()
    }

    /// - Returns: whether this ends an outage.
    func reportRecovery() -> Bool {
        state.withLock { state in
            guard !state.isClosed, state.outage != nil else { return false }
            state.outage = nil
            return true
        }
    }

    func close() {
        state.withLock { state in
            state.isClosed = true
            state.outage = "the database is closed"
        }
        wakeListener()
    }

    /// Has the listener ask PostgreSQL at once.
    func wakeListener() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    /// Waits until `socket` has something to read or somebody reports. Answers whether the socket has.
    func pause(_ longest: Duration, socket: Int32?) -> Bool {
        var descriptors = [pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)]
        if let socket { descriptors.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }
        let count = nfds_t(descriptors.count)
        guard poll(&descriptors, count, Int32(longest.milliseconds)) > 0 else { return false }
        if descriptors[0].revents != 0 {
            var bytes = [UInt8](repeating: 0, count: 64)
            while read(readEnd, &bytes, bytes.count) > 0 {}
        }
        return descriptors.count > 1 && descriptors[1].revents != 0
    }
}

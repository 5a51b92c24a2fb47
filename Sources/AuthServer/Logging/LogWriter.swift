import Dispatch
import Foundation
import Glibc
import Synchronization

/// Writes lines to a file descriptor on a thread of its own, in their order.
///
/// Whoever logs copies a line into a ``LogBuffer`` and goes on: a descriptor that takes nothing (a pipe that nobody
/// reads) or that fails (a full disk, a reader that is gone) costs lines, never a wait or an error. Lines that were lost
/// are counted, and the count is written as soon as something can be. SIGPIPE has to be ignored by the process.
package final class LogWriter: Sendable {
    private struct State {
        var buffer: LogBuffer
        var isWriting = false
    }

    /// Enough for some thousand lines; what a reader may fall behind.
    package static let capacity = 1 << 20
    /// How long the end of the process waits for a descriptor that takes nothing.
    private static let longestStall: Duration = .milliseconds(200)
    /// And for one that would: on a busy machine the thread may wait for its turn.
    private static let longestTurn: Duration = .seconds(2)
    private static let pollInterval: Duration = .milliseconds(2)

    private let descriptor: Int32
    private let countLine: @Sendable (_ dropped: Int) -> [UInt8]
    private let state: Mutex<State>
    private let lost = Atomic(0)
    private let hasWork = DispatchSemaphore(value: 0)

    /// Starts the thread, which stays as long as the process.
    /// - Parameters:
    ///   - capacity: bytes that may wait.
    ///   - countLine: the line that says how many were lost.
    package init(
        descriptor: Int32 = STDERR_FILENO, capacity: Int = LogWriter.capacity,
        countLine: @escaping @Sendable (_ dropped: Int) -> [UInt8] = { Array("\($0) lines were lost\n".utf8) }
    ) {
        self.descriptor = descriptor
        self.countLine = countLine
        state = Mutex(State(buffer: LogBuffer(capacity: capacity)))
        Thread.detachNewThread { self.run() }
    }

    /// Takes a whole line with its line end. Never waits, never fails.
    package func write(_ line: [UInt8]) {
        let (mustWake, isTaken) = state.withLock { state in
            let wasEmpty = state.buffer.isEmpty
            return (wasEmpty, state.buffer.append(line))
        }
        if !isTaken { lost.add(1, ordering: .relaxed) }
        if mustWake { hasWork.signal() }
    }

    /// Lines that were lost so far, told or not.
    package var lostLines: Int { lost.load(ordering: .relaxed) }

    /// Waits until everything is written, or cannot be.
    /// - Parameter isPatient: whether also for a descriptor that takes nothing, however long.
    package func flush(isPatient: Bool = false) async {
        let begin = ContinuousClock.now
        while !isIdle {
            let waited = ContinuousClock.now - begin
            if !isPatient, waited >= Self.longestTurn || waited >= Self.longestStall && !takesBytes { return }
            try? await Task.sleep(for: Self.pollInterval)
        }
    }

    private var takesBytes: Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return Glibc.poll(&wanted, 1, 0) == 1
    }

    private var isIdle: Bool { state.withLock { $0.buffer.isEmpty && !$0.isWriting } }

    private func run() {
        var untold = 0
        while true {
            hasWork.wait()
            let chunk = state.withLock { state in
                state.isWriting = true
                return state.buffer.take()
            }
            if untold > 0, put(countLine(untold)) == nil { untold = 0 }
            let failed = untold > 0 ? chunk.lineCount : put(chunk.lines) ?? 0
            lost.add(failed, ordering: .relaxed)
            untold += failed + chunk.dropped
            if chunk.dropped > 0, put(countLine(untold)) == nil { untold = 0 }
            state.withLock { $0.isWriting = false }
        }
    }

    /// Writes all of it, however often the descriptor takes only a part.
    /// - Returns: how many lines were lost; nil when none was.
    private func put(_ bytes: [UInt8]) -> Int? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                Glibc.poll(&wanted, 1, -1)
            } else if errno != EINTR {
                return rest.lineCount
            }
        }
        return nil
    }
}

extension LogBuffer.Chunk {
    fileprivate var lineCount: Int { lines[...].lineCount }
}

extension ArraySlice<UInt8> {
    fileprivate var lineCount: Int { count { $0 == 0x0A } }
}

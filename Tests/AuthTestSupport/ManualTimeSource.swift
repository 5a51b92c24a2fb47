package import AuthCore
import Synchronization

/// A clock that a test turns by hand.
package final class ManualTimeSource: TimeSource {
    private let state: Mutex<(now: Timestamp, uptime: Duration)>

    /// Starts at `now`, with an uptime of an hour.
    package init(_ now: Timestamp = Timestamp(seconds: 1_800_000_000)) { state = Mutex((now, .seconds(3_600))) }

    package var now: Timestamp { state.withLock { $0.now } }
    package var uptime: Duration { state.withLock { $0.uptime } }

    /// Lets time pass on both clocks.
    package func advance(by span: Duration) {
        state.withLock { state in
            state.now = state.now + span
            state.uptime += span
        }
    }

    /// Sets the wall clock alone, as an administrator or NTP does.
    package func jump(by span: Duration) { state.withLock { $0.now = $0.now + span } }
}

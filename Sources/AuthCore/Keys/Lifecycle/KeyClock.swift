import Synchronization

/// Sees keys by a clock that no one can set, for as long as the process lives: what counts is how long verifiers have
/// really known a key.
///
/// A wall clock set forward must not make a key look as if verifiers had known it longer than they did, and must not take
/// a retired key away from tokens that are still alive; one set back must not stop the rotation.
package final class KeyClock: Sendable {
    private struct Sight: Hashable {
        let id: KeyID
        let state: KeyState
    }

    /// Smaller differences are a clock being slewed, which needs no correction.
    private static let tolerance: Duration = .seconds(2)

    private let time: any TimeSource
    /// Wall clock minus uptime when each key was first seen in its state.
    private let offsets = Mutex<[Sight: Duration]>([:])

    /// A clock that has seen no key yet: it corrects nothing.
    package init(time: any TimeSource) { self.time = time }

    /// The wall clock.
    package var now: Timestamp { time.now }

    /// Notes the keys that are new in their state; forgets those that are gone.
    func note(_ keys: [KeyLifecycle]) {
        let offset = self.offset
        offsets.withLock { offsets in
            offsets = Dictionary(
                uniqueKeysWithValues: keys.map { key in
                    let sight = Sight(id: key.id, state: key.state)
                    return (sight, offsets[sight] ?? offset)
                })
        }
    }

    /// `keys` with their times moved along with the wall clock as far as that was set since they were noted.
    package func observe(_ keys: [KeyLifecycle]) -> [ObservedKey] {
        let (offset, known) = (self.offset, offsets.withLock { $0 })
        return keys.map { key in
            guard let first = known[Sight(id: key.id, state: key.state)] else { return ObservedKey(key) }
            return ObservedKey(stored: key, effective: Self.moved(key, by: offset - first))
        }
    }

    private static func moved(_ key: KeyLifecycle, by jump: Duration) -> KeyLifecycle {
        guard jump > tolerance || jump < .zero - tolerance else { return key }
        var key = key
        key.publishedAt = key.publishedAt + jump
        key.activatesAt = key.activatesAt + jump
        // Tokens were signed by the clock as it was then: forward, they live longer by the clock as it is now.
        if jump > .zero { key.latestTokenExpiry = key.latestTokenExpiry.map { $0 + jump } }
        if key.state == .retired, jump > .zero {
            key.withdrawnAt = Timestamp(seconds: (key.withdrawnAt + jump).secondsRoundedUp)
        }
        return key
    }

    private var offset: Duration { .milliseconds(time.now.milliseconds - time.uptime.milliseconds) }
}

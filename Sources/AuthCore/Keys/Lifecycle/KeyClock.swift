import Synchronization

/// Sees keys by a clock that no one can set, from one process to the next: what counts is how long verifiers have really
/// known a key.
///
/// A wall clock set forward must not make a key look as if verifiers had known it longer than they did, and must not take
/// a retired key away from tokens that are still alive; one set back must not stop the rotation.
package final class KeyClock: Sendable {
    private struct Sight: Hashable {
        let id: KeyID
        let state: KeyState
    }

    private struct State {
        /// Wall clock minus uptime when each key was first seen in its state.
        var offsets: [Sight: Duration] = [:]
        var isResumed = false
        var lostSight = LostSight()
        var doubts: [(id: KeyID, verdict: KeySight.Verdict)] = []

        /// How far the wall clock was set since the key was seen first.
        func jump(of key: KeyLifecycle, _ offset: Duration) -> Duration {
            offset - (offsets[Sight(id: key.id, state: key.state)] ?? offset)
        }
    }

    /// Smaller differences are a clock being slewed, which needs no correction.
    private static let tolerance: Duration = .seconds(2)

    private let time: any TimeSource
    private let bootClock: (any BootClock)?
    private let state = Mutex(State())

    /// A clock that has seen no key yet: it corrects nothing.
    /// - Parameter boot: what ties this process to those before it; nil for a process that trusts the wall clock of its
    ///   start.
    package init(time: any TimeSource, boot: (any BootClock)? = nil) {
        self.time = time
        self.bootClock = boot
    }

    /// The wall clock.
    package var now: Timestamp { time.now }

    /// Whether what the processes before this one noted is still to be had: see ``resume(_:from:)``.
    var needsSights: Bool { bootClock != nil && !state.withLock { $0.isResumed } }

    /// Goes on where the processes before this one ended; once.
    func resume(_ keys: [KeyLifecycle], from sights: [KeySight]) {
        let boot = bootClock?.read()
        let (now, offset) = (time.now, self.offset)
        state.withLock { state in
            guard !state.isResumed else { return }
            state.isResumed = true
            guard let boot else { return }
            for key in keys {
                let seen = sights.filter { $0.id == key.id && $0.state == key.state }
                guard let verdict = KeySight.verdict(seen, at: now, boot: boot) else { continue }
                state.offsets[Sight(id: key.id, state: key.state)] = offset - verdict.correction
                guard Self.isJump(verdict.correction), key.state == .published else { continue }
                state.doubts.append((key.id, verdict))
            }
        }
    }

    /// The waiting keys that were found to be of another age than the wall clock says; each is told once.
    func takeDoubts() -> [(id: KeyID, verdict: KeySight.Verdict)] {
        state.withLock { state in
            defer { state.doubts = [] }
            return state.doubts
        }
    }

    /// Asks the store for what the keys are seen by. Where it does not answer, or takes long, see ``LostSight``.
    func look<Result: Sendable>(_ ask: () async throws -> Result) async throws -> Result {
        let begin = time.uptime
        func note(isAnswered: Bool) {
            let end = time.uptime
            state.withLock { $0.lostSight.note(askedAt: begin, at: end, isAnswered: isAnswered) }
        }
        do {
            let result = try await ask()
            note(isAnswered: true)
            return result
        } catch {
            note(isAnswered: false)
            throw error
        }
    }

    /// Notes the keys that are new in their state, and that the store was seen; forgets those that are gone.
    func note(_ keys: [KeyLifecycle]) {
        let (now, uptime, offset) = (time.now, time.uptime, self.offset)
        state.withLock { state in
            let moved = keys.map { Self.moved($0, by: state.jump(of: $0, offset)) }
            for (id, lost) in state.lostSight.regain(moved, at: now, uptime: uptime) where lost > Self.tolerance {
                state.doubts.append((id, KeySight.Verdict(correction: lost, evidence: .storeWasAway)))
            }
            state.offsets = Dictionary(
                uniqueKeysWithValues: keys.map { key in
                    let sight = Sight(id: key.id, state: key.state)
                    return (sight, state.offsets[sight] ?? offset)
                })
        }
    }

    /// What the next process has to know of `keys`; nothing where the machine has no clock for it.
    func sights(of keys: [KeyLifecycle]) -> [KeySight] {
        guard let boot = bootClock?.read() else { return [] }
        let (now, offset) = (time.now, self.offset)
        return state.withLock { state in
            keys.map { key in
                KeySight(
                    id: key.id, state: key.state, correction: state.jump(of: key, offset), notedAt: now, boot: boot)
            }
        }
    }

    /// `keys` with their times moved along with the wall clock as far as that was set since they were noted, and as young
    /// as they are to those who could not see them.
    package func observe(_ keys: [KeyLifecycle]) -> [ObservedKey] {
        let (now, uptime, offset) = (time.now, time.uptime, self.offset)
        return state.withLock { state in
            keys.map { key in
                var effective = Self.moved(key, by: state.jump(of: key, offset))
                effective.publishedAt = state.lostSight.publication(of: effective, at: now, uptime: uptime)
                return ObservedKey(stored: key, effective: effective)
            }
        }
    }

    private static func isJump(_ correction: Duration) -> Bool {
        correction > tolerance || correction < .zero - tolerance
    }

    private static func moved(_ key: KeyLifecycle, by jump: Duration) -> KeyLifecycle {
        guard isJump(jump) else { return key }
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

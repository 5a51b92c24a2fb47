/// How one boot of a machine sees a key, and what is known of the time that has passed since.
///
/// A process that starts has only the wall clock to tell how old a key is. What the process before it left here says
/// whether that can be true.
package struct KeySight: Equatable, Sendable {
    /// The key.
    package let id: KeyID
    /// The state that it was seen in: of the key in another one this says nothing.
    package let state: KeyState
    /// How far the key's times had to be moved along with the wall clock when this was noted.
    package let correction: Duration
    /// When this was noted, by the wall clock.
    package let notedAt: Timestamp
    /// When this was noted, by the clock of the boot that no one can set.
    package let boot: BootReading

    /// A key as it was seen.
    package init(id: KeyID, state: KeyState, correction: Duration, notedAt: Timestamp, boot: BootReading) {
        self.id = id
        self.state = state
        self.correction = correction
        self.notedAt = notedAt
        self.boot = boot
    }
}

/// What a clock that no one can set says, and whose it is.
package struct BootReading: Equatable, Sendable {
    /// Names one boot of one machine.
    package let boot: String
    /// Time since that boot, sleep included.
    package let uptime: Duration
    /// Whether the kernel takes the wall clock for one that NTP keeps right.
    package let isSynchronised: Bool

    /// A reading.
    package init(boot: String, uptime: Duration, isSynchronised: Bool = false) {
        self.boot = boot
        self.uptime = uptime
        self.isSynchronised = isSynchronised
    }
}

/// Port: the clock of the machine's boot.
package protocol BootClock: Sendable {
    /// The clock as it is now; nil where the machine does not tell.
    func read() -> BootReading?
}

extension KeySight {
    /// What came of a look at the sights of a key.
    package struct Verdict: Equatable, Sendable {
        /// On what it rests.
        package enum Evidence: Equatable, Sendable {
            /// The machine was not booted since: the time that has passed is known.
            case sameBoot
            /// Nothing tells how much time has passed: none of it counts.
            case none
            /// The key was published when the store was lost from sight: the time until it was back does not count.
            case storeWasAway
        }

        /// How far the key's times have to be moved along with the wall clock.
        package let correction: Duration
        /// On what that rests.
        package let evidence: Evidence
    }

    /// Time that no clock confirms counts all the same up to this: a machine that is booted anew, a server that moves.
    private static let shortGap: Duration = .seconds(300)

    /// How far the times of a key have to be moved at a start, as ``KeyClock`` moves them while it runs.
    ///
    /// On the same boot the time since `sights` were noted is known. After another boot, or on another machine, the wall
    /// clock is believed if it is synchronised; if not, the time between does not count, unless it is short: the key may
    /// then sign later than it could, by the publish-ahead time at most, and the one before it signs on.
    /// - Parameter sights: of this key in its present state, of any boot.
    /// - Returns: nil where there is no sight to compare with, or no reason for a correction.
    package static func verdict(_ sights: [KeySight], at now: Timestamp, boot: BootReading) -> Verdict? {
        if let sight = sights.last(where: { $0.boot.boot == boot.boot }) {
            let jump = (now - sight.notedAt) - (boot.uptime - sight.boot.uptime)
            return Verdict(correction: sight.correction + jump, evidence: .sameBoot)
        }
        guard !boot.isSynchronised, let sight = sights.max(by: { $0.notedAt < $1.notedAt }) else { return nil }
        let gap = now - sight.notedAt
        let isShort = gap < shortGap && gap > .zero - shortGap
        return Verdict(correction: sight.correction + (isShort ? .zero : gap), evidence: .none)
    }
}

/// The slice of the store that holds how keys were seen: what may be read.
package protocol KeySightReads {
    /// What was noted last of each key in each boot, as far as it can be read.
    func keySights() throws -> [KeySight]
}

/// The slice of the store that holds how keys were seen: what may be changed.
package protocol KeySightWrites: KeySightReads {
    /// Replaces what was noted of this key in this boot.
    func record(_ sight: KeySight) throws
    /// Removes what was noted before `moment` by other boots: of those that have a key, each notes it every minute.
    func deleteKeySights(notedBefore moment: Timestamp, exceptOf boot: String) throws
}

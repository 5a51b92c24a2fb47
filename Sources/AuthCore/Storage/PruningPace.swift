/// How fast a server deletes what is old.
package enum PruningPace {
    /// How many rows of each kind one step deletes at most, so that whoever writes waits for a millisecond or two.
    package static let step = 25
    /// Between steps while there is more to delete, at least.
    package static let pause: Duration = .milliseconds(25)
    /// Between steps when nothing is old.
    package static let rest: Duration = .seconds(60)

    /// When the next step is due, after one that deleted so many rows in that time: a tenth of the time is deleted at most,
    /// whatever a row costs there.
    package static func pause(after deleted: Int, took: Duration) -> Duration {
        deleted > 0 ? max(pause, took * 9) : rest
    }
}

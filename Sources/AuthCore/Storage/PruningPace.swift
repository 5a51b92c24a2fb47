/// How fast a server deletes what is old.
package enum PruningPace {
    /// Between steps while there is more to delete.
    package static let pause: Duration = .milliseconds(100)
    /// Between steps when nothing is old.
    package static let rest: Duration = .seconds(60)

    /// When the next step is due, after one that deleted so many rows.
    package static func pause(after deleted: Int) -> Duration { deleted > 0 ? pause : rest }
}

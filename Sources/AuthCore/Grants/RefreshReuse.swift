/// How old a refresh token was that came back and ended its grant. By that an operator tells a client that lost an answer,
/// which comes back within minutes with the token before, from a thief, or a backup that was put back.
package struct RefreshReuse: Equatable, Sendable {
    /// How many generations there were after it: 1 for the token before the one that was good.
    package let generations: Int64
    /// How long ago it was replaced; of one with several generations after it, how long ago the last of them was made: it
    /// is older than that. Not negative, whatever was done to a clock.
    package let age: Duration

    /// - Parameters:
    ///   - presented: the generation that came back.
    ///   - newest: the one that was good.
    ///   - rotatedAt: when that was made.
    package init(presented: Int64, newest: Int64, rotatedAt: Timestamp, at now: Timestamp) {
        generations = newest - presented
        age = max(.zero, now - rotatedAt)
    }
}

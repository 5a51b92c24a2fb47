/// What an operator wants to know of the connections to PostgreSQL, when it happens.
package enum PostgresEvent: Equatable, Sendable {
    /// A start cannot use PostgreSQL yet, and waits for no longer than `left`.
    case waiting(reason: String, left: Duration)
    /// What a start waited for is there.
    case arrived(after: Duration)
    /// The server goes on with `open` connections that work, where `wanted` would serve more at once.
    case shortage(open: Int, wanted: Int, reason: String)
    /// After a ``shortage(open:wanted:reason:)`` all that were wanted are there.
    case complete(wanted: Int)
}

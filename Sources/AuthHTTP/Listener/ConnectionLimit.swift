/// How many connections there may be, and when to say that there are no more. A pure function of what was accepted and
/// what ended.
package struct ConnectionLimit: Sendable {
    /// What the operator is to be told, once each.
    package enum Notice: Equatable, Sendable {
        /// The last place was taken.
        case full
        /// An eighth of the places is free again.
        case relieved
    }

    /// Connections, at most.
    package let limit: Int
    /// Connections now.
    package private(set) var open = 0
    private var isFull = false

    /// How many more may be accepted.
    package var room: Int { max(0, limit - open) }

    /// - Parameter limit: connections, at most; at least one is allowed.
    package init(_ limit: Int) { self.limit = max(1, limit) }

    /// A connection was accepted.
    package mutating func began() -> Notice? {
        open += 1
        guard open >= limit, !isFull else { return nil }
        isFull = true
        return .full
    }

    /// A connection has ended.
    package mutating func ended() -> Notice? {
        open -= 1
        guard isFull, open <= limit - max(1, limit / 8) else { return nil }
        isFull = false
        return .relieved
    }
}

package import AuthCore

/// How many connections there may be, in all and from one address, and when to say that there are no more. A pure
/// function of what was accepted and what ended.
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
    /// Connections from one address, at most; nil for no such limit.
    package let perAddress: Int?
    /// Connections now.
    package private(set) var open = 0
    private var isFull = false
    private var byAddress: [RateLimitKey: Int] = [:]

    /// How many more may be accepted.
    package var room: Int { max(0, limit - open) }

    /// - Parameters:
    ///   - limit: connections, at most; at least one is allowed.
    ///   - perAddress: from one address, at most; nil for no such limit.
    package init(_ limit: Int, perAddress: Int? = nil) {
        self.limit = max(1, limit)
        self.perAddress = perAddress
    }

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

    /// Gives `address` one of its places, which it must give back.
    /// - Returns: false where it has taken them all.
    package mutating func take(for address: RateLimitKey) -> Bool {
        let taken = byAddress[address, default: 0]
        guard taken < perAddress ?? .max else { return false }
        byAddress[address] = taken + 1
        return true
    }

    /// Takes back a place of `address`.
    package mutating func giveBack(from address: RateLimitKey) {
        guard let taken = byAddress[address] else { return }
        byAddress[address] = taken > 1 ? taken - 1 : nil
    }

    /// Addresses that have a place.
    package var addresses: Int { byAddress.count }
}

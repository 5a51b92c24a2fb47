/// The admitted moments of one client inside the last window: an exact sliding window.
///
/// In *any* stretch as long as the window at most `limit` requests are admitted. A refused request leaves no trace,
/// so it does not lengthen the penalty.
package struct SlidingWindow: Sendable {
    /// Uptimes in nanoseconds, oldest at `oldest` once the ring is full.
    private var admitted: [Int64] = []
    private var oldest = 0

    /// A window in which nothing was admitted.
    package init() {}

    /// What the window says to one request.
    package enum Answer: Equatable, Sendable {
        case admitted
        /// Refused; the next request is admitted after this many nanoseconds.
        case refused(retryAfterNanoseconds: Int64)
    }

    /// Admits or refuses a request at `now` (nanoseconds of a clock that never goes back).
    package mutating func admit(at now: Int64, limit: Int, window: Int64) -> Answer {
        if admitted.count < limit {
            admitted.append(now)
            return .admitted
        }
        let free = admitted[oldest] + window
        guard now >= free else { return .refused(retryAfterNanoseconds: free - now) }
        admitted[oldest] = now
        oldest = oldest + 1 == admitted.count ? 0 : oldest + 1
        return .admitted
    }

    /// Whether nothing in the window can still refuse a request at `now`.
    package func isDead(at now: Int64, window: Int64) -> Bool {
        guard !admitted.isEmpty else { return true }
        let newest = admitted[oldest == 0 ? admitted.count - 1 : oldest - 1]
        return now >= newest + window
    }
}

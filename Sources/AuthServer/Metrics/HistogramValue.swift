import Metrics
import Synchronization

/// How long something took, counted by fixed limits.
final class HistogramValue: TimerHandler {
    /// What took no longer than `limit`, and longer than that of the bucket before.
    private final class Bucket: Sendable {
        /// Nanoseconds.
        let limit: Int64
        let count = Atomic<Int64>(0)

        init(limit: Int64) { self.limit = limit }
    }

    /// Seconds, ascending; beyond the last there is one more bucket.
    let limits: [Double]
    private let buckets: [Bucket]
    private let nanoseconds = Atomic<Int64>(0)

    init(limits: [Double]) {
        self.limits = limits
        buckets = (limits.map { Int64(($0 * 1e9).rounded()) } + [.max]).map(Bucket.init)
    }

    func recordNanoseconds(_ duration: Int64) {
        let bucket = buckets.first { duration <= $0.limit }
        bucket?.count.add(1, ordering: .relaxed)
        nanoseconds.add(max(0, duration), ordering: .relaxed)
    }

    /// How many took no longer than each limit, and last how many there were: their number and that of the last bucket are
    /// one, however many are recorded meanwhile.
    var cumulative: [Int64] {
        var sum: Int64 = 0
        return buckets.map { bucket in
            sum += bucket.count.load(ordering: .relaxed)
            return sum
        }
    }

    /// Seconds, all together.
    var sum: Double { Double(nanoseconds.load(ordering: .relaxed)) / 1e9 }
}

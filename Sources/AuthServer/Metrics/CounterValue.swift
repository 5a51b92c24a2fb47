import Metrics
import Synchronization

/// A number that only grows.
final class CounterValue: CounterHandler {
    private let count = Atomic<Int64>(0)

    var value: Int64 { count.load(ordering: .relaxed) }

    func increment(by amount: Int64) { count.add(amount, ordering: .relaxed) }

    /// A counter begins at 0 once for each process.
    func reset() {}
}

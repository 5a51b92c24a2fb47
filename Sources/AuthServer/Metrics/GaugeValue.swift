import Metrics
import Synchronization

/// A number as it was last set.
final class GaugeValue: MeterHandler {
    private let bits = Atomic<UInt64>(Double.zero.bitPattern)

    var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func increment(by amount: Double) { change { $0 + amount } }

    func decrement(by amount: Double) { change { $0 - amount } }

    private func change(_ next: (Double) -> Double) {
        var known = bits.load(ordering: .relaxed)
        while true {
            let wanted = next(Double(bitPattern: known)).bitPattern
            let (isExchanged, found) = bits.weakCompareExchange(
                expected: known, desired: wanted, ordering: .relaxed)
            if isExchanged { return }
            known = found
        }
    }
}

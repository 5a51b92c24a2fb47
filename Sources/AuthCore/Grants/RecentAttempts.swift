import Synchronization

/// How often each block of addresses tried to log in lately without success, to whichever account: under a flood, who
/// tried little comes first. In memory of this process, bounded.
final class RecentAttempts: Sendable {
    private struct Generations {
        var young: [AddressBlock: Int] = [:]
        var old: [AddressBlock: Int] = [:]
        var youngSince: Duration
    }

    /// Of each of two generations; when the younger is that old, or full, the older is forgotten.
    private static let span: Duration = .seconds(300)
    private static let capacity = 65_536
    private let time: any TimeSource
    private let generations: Mutex<Generations>

    init(time: any TimeSource) {
        self.time = time
        generations = Mutex(Generations(youngSince: time.uptime))
    }

    /// Notes an attempt of a block.
    /// - Returns: how many there were before, within five to ten minutes and since the last success.
    func note(_ block: AddressBlock) -> Int {
        let now = time.uptime
        return generations.withLock { generations in
            let age = now - generations.youngSince
            if age >= Self.span || generations.young.count >= Self.capacity {
                generations.old = age >= Self.span * 2 ? [:] : generations.young
                generations.young = [:]
                generations.youngSince = now
            }
            let young = generations.young[block] ?? 0
            generations.young[block] = young + 1
            return young + (generations.old[block] ?? 0)
        }
    }

    /// Forgets the attempts of a block from which somebody logged in.
    func forget(_ block: AddressBlock) {
        generations.withLock { generations in
            generations.young[block] = nil
            generations.old[block] = nil
        }
    }
}

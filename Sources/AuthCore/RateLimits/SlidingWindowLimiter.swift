import Synchronization

/// An exact sliding window per client, in memory of this process, bounded.
///
/// A client whose window is still alive is never forgotten. When the table is full of such clients, newcomers share a
/// fixed set of overflow windows: they may be refused too early, never too late, and no flood of addresses resets an
/// active offender (CVE-2025-2559 is the counter-example for unbounded tables). To have newcomers refused, a flood must
/// use up every one of those windows, which nobody can aim at: 655,360 requests a second at the default limit.
package final class SlidingWindowLimiter: RateLimiter {
    /// Clients tracked one by one; about 160 bytes each at the default limit.
    package static let defaultCapacity = 32_768
    private static let overflowCount = 65_536

    private struct Table {
        var windows: [RateLimitKey: SlidingWindow] = [:]
        /// Empty until they are needed, which at most servers is never: they are a megabyte.
        var overflow: [SlidingWindow] = []
        var lastSweep = Int64.min
    }

    private let limit: RateLimit
    private let window: Int64
    private let capacity: Int
    private let time: any TimeSource
    private let table = Mutex(Table())

    /// - Parameter capacity: clients that are followed one by one.
    package init(limit: RateLimit, capacity: Int = defaultCapacity, time: any TimeSource) {
        self.limit = limit
        self.window = limit.window.nanoseconds
        self.capacity = capacity
        self.time = time
    }

    /// Counts a request; never waits.
    package func refusal(for key: RateLimitKey) -> RateLimitRefusal? {
        guard limit.limit > 0 else { return nil }
        let now = time.uptime.nanoseconds
        let answer = table.withLock { table in
            if table.windows[key] == nil {
                if table.windows.count >= capacity { sweep(&table, now) }
                let slot = Int(UInt(bitPattern: key.hashValue) % UInt(Self.overflowCount))
                guard table.windows.count < capacity else {
                    if table.overflow.isEmpty {
                        table.overflow = Array(repeating: SlidingWindow(), count: Self.overflowCount)
                    }
                    return table.overflow[slot].admit(at: now, limit: limit.limit, window: window)
                }
                // Whoever gets a place of his own keeps what the shared window has on him.
                let shared = table.overflow.isEmpty ? SlidingWindow() : table.overflow[slot]
                table.windows[key] = shared.isDead(at: now, window: window) ? SlidingWindow() : shared
            }
            return table.windows[key, default: SlidingWindow()].admit(at: now, limit: limit.limit, window: window)
        }
        guard case .refused(let nanoseconds) = answer else { return nil }
        return RateLimitRefusal(limit: limit, retryAfter: .nanoseconds(nanoseconds))
    }

    /// Clients tracked at the moment: what the memory bound is about.
    package var trackedClients: Int { table.withLock { $0.windows.count } }

    /// At most once per window: a full table costs one pass then, not one per request.
    private func sweep(_ table: inout Table, _ now: Int64) {
        guard table.lastSweep == .min || now >= table.lastSweep + window else { return }
        table.lastSweep = now
        table.windows = table.windows.filter { !$0.value.isDead(at: now, window: window) }
    }
}

import Synchronization

/// Whether this server is about to stop: it answers still, and wants no new callers.
package final class Draining: Sendable {
    private let flag = Mutex(false)

    /// Not yet.
    package init() {}

    /// Whether ``begin()`` was called.
    package var hasBegun: Bool { flag.withLock { $0 } }

    /// From now on; there is no way back.
    package func begin() { flag.withLock { $0 = true } }
}

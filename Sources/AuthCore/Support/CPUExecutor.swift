/// A kind of computation, by how long it lasts and who waits for it.
package enum CPULane: Sendable {
    /// Under a millisecond, and somebody waits for it: a signature, a key to open. Before every hash that waits.
    case sign
    /// Tens of milliseconds to seconds, on nobody's way: a key to make. Never holds a hash up.
    case generate
    /// As long, and nobody can be served before it is done: what a start waits for.
    case start
}

/// Port: runs a computation on threads made for it, never on an event loop or the cooperative pool.
package protocol CPUExecutor: Sendable {
    /// Runs `work` on a thread made for it, and waits for that however long it takes.
    /// - Throws: `CancellationError` when the caller is cancelled before `work` has begun; what has begun is finished.
    ///   Otherwise what `work` throws.
    func run<Result: Sendable>(
        on lane: CPULane, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result
}

/// Port: runs a computation of milliseconds to seconds on threads made for it, never on an event loop or the
/// cooperative pool.
package protocol CPUExecutor: Sendable {
    /// Waits for a thread however long that takes, but before every password hash that waits too.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result
}

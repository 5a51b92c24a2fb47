/// Port: runs a computation of milliseconds to seconds on threads made for it, never on an event loop or the
/// cooperative pool.
package protocol HeavyWork: Sendable {
    /// Waits its turn however long that takes: for work that no client waits for.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result
}

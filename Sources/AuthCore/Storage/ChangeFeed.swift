/// Port: tells that somebody may have changed the keys, sooner than looking again and again would.
package protocol ChangeFeed: Sendable {
    /// Returns when something may have changed, after `longest` at the latest, and when the task is cancelled.
    func wait(atMost longest: Duration) async
}

/// For a store that announces nothing: looking again and again it is.
package struct PollingOnly: ChangeFeed {
    /// Has no state.
    package init() {}

    /// Ends with the time, or with the task.
    package func wait(atMost longest: Duration) async { try? await Task.sleep(for: longest) }
}

/// When something that failed may be tried again: one second after the first failure, then each time twice as long.
struct RetryPause {
    private static let shortest: Duration = .seconds(1)
    private let longest: Duration
    private var pause: Duration = .zero
    private var notBefore: Duration?

    /// - Parameter longest: what the pause grows to.
    init(longest: Duration) { self.longest = longest }

    /// Whether it may be tried at `uptime`.
    func isOver(at uptime: Duration) -> Bool { notBefore.map { uptime >= $0 } ?? true }

    /// Notes a failure at `uptime`.
    mutating func begin(at uptime: Duration) {
        pause = min(longest, max(Self.shortest, pause * 2))
        notBefore = uptime + pause
    }

    /// Notes a success: the next failure is a first one.
    mutating func reset() { self = RetryPause(longest: longest) }
}

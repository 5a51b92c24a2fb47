package import AuthCore

/// The boot clock of a machine of which a test says when it was booted.
package struct ManualBootClock: BootClock {
    private let time: ManualTimeSource
    private let boot: String
    private let bootedAt: Duration
    private let isSynchronised: Bool

    /// - Parameter boot: names this boot, which begins now.
    package init(_ time: ManualTimeSource, boot: String = "first", isSynchronised: Bool = false) {
        self.time = time
        self.boot = boot
        self.isSynchronised = isSynchronised
        bootedAt = time.uptime
    }

    package func read() -> BootReading? {
        BootReading(boot: boot, uptime: time.uptime - bootedAt, isSynchronised: isSynchronised)
    }
}

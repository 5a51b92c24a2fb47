import AuthCore
import CLinux
import Foundation

/// The kernel's own account of its boot: two files that it makes up as they are read, and one call.
///
/// Not `clock_gettime`: what fakes the wall clock of a process, for tests or by mistake, commonly fakes that as well.
struct LinuxBootClock: BootClock {
    func read() -> BootReading? {
        guard let boot = text("/proc/sys/kernel/random/boot_id"),
            let uptime = text("/proc/uptime").flatMap({ $0.split(separator: " ").first }).flatMap({ Double($0) }),
            uptime.isFinite, uptime >= 0, uptime < 1e12
        else { return nil }
        var parameters = timex()
        let status = adjtimex(&parameters)
        return BootReading(
            boot: boot, uptime: .milliseconds(Int64(uptime * 1_000)),
            isSynchronised: status >= 0 && status != TIME_ERROR)
    }

    private func text(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

import AuthCore
import Glibc

/// What the system says of this process, read from proc(5), which is memory: nobody waits for it.
package struct ProcessStatus: Equatable, Sendable {
    /// User and system mode, in seconds.
    package let cpuSeconds: Double
    /// Bytes.
    package let residentMemory: Double
    /// Bytes.
    package let virtualMemory: Double
    /// From the start of the machine to that of the process, in seconds.
    package let startUptime: Double

    /// - Parameters:
    ///   - stat: the text of /proc/self/stat.
    ///   - ticks: in a second.
    ///   - pageSize: in bytes.
    /// - Returns: nil where it is none.
    package init?(stat: String, ticks: Double, pageSize: Double) {
        // The name, which may hold anything, ends with the last parenthesis; the state, field 3, follows it.
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[end...].dropFirst().split(separator: " ").map { Double($0) }
        func field(_ number: Int) -> Double? { fields.indices.contains(number - 3) ? fields[number - 3] : nil }
        guard let user = field(14), let system = field(15), let start = field(22), let size = field(23),
            let pages = field(24)
        else { return nil }
        cpuSeconds = (user + system) / ticks
        residentMemory = pages * pageSize
        virtualMemory = size
        startUptime = start / ticks
    }

    /// Of this process; nil where the system does not say.
    static var current: ProcessStatus? {
        guard let stat = text("/proc/self/stat") else { return nil }
        return ProcessStatus(
            stat: stat, ticks: Double(sysconf(Int32(_SC_CLK_TCK))), pageSize: Double(sysconf(Int32(_SC_PAGESIZE))))
    }

    /// When the process began, in seconds since 1970.
    static func startTime(at now: Timestamp) -> Double? {
        guard let current, let uptime = text("/proc/uptime")?.split(separator: " ").first.flatMap({ Double($0) }) else {
            return nil
        }
        return Double(now.milliseconds) / 1000 - (uptime - current.startUptime)
    }

    /// Descriptors that are open.
    static var openFiles: Double? {
        var status = stat()
        // Their number since Linux 6.2, where counting ten thousand of them would take milliseconds.
        if stat("/proc/self/fd", &status) == 0, status.st_size > 0 { return Double(status.st_size) }
        guard let folder = opendir("/proc/self/fd") else { return nil }
        defer { closedir(folder) }
        // Two are no descriptors, and one is the folder's own.
        var count = -3
        while readdir(folder) != nil { count += 1 }
        return Double(max(0, count))
    }

    /// Descriptors that may be open.
    static var fileLimit: Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Double(limit.rlim_cur)
    }

    private static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4_096)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
        return count > 0 ? String(decoding: bytes.prefix(count), as: UTF8.self) : nil
    }
}

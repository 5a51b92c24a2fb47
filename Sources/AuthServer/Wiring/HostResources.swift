import Foundation
import Glibc
import NIOCore

/// What the machine or the container gives us.
package struct HostResources: Sendable {
    /// Cores that this process may use, quotas and affinity counted.
    let cores: Int
    /// Memory that this process may use, in KiB.
    let memoryKiB: Int

    /// So many `cores`, and so much memory in KiB.
    package init(cores: Int, memoryKiB: Int) {
        self.cores = cores
        self.memoryKiB = memoryKiB
    }

    /// Asks the system.
    package static var current: HostResources {
        let physical = Int(ProcessInfo.processInfo.physicalMemory / 1024)
        let limit = (try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8))
            .flatMap { Int($0.split(separator: "\n").first ?? "") }
        return HostResources(cores: System.coreCount, memoryKiB: min(physical, limit.map { $0 / 1024 } ?? physical))
    }

    /// Raises this process's limit of open files as far as it may: a connection is a file, and the usual 1,024 are too few
    /// for a fleet of verifiers.
    /// - Returns: the limit.
    @discardableResult
    static func raiseFileLimit() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1_024 }
        let now = limit.rlim_cur
        limit.rlim_cur = limit.rlim_max
        let isRaised = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        return Int(clamping: isRaised ? limit.rlim_max : now)
    }

    /// How many connections there may be where `files` may be open: some are kept for the database, the log and the
    /// system's libraries, which end the process where they get none.
    package static func connections(files: Int) -> Int {
        let kept = max(min(filesKept, files / 2), files / 16)
        return max(1, min(files - kept, mostConnections))
    }

    private static let filesKept = 64
    /// Where files have no limit, memory has: a connection costs 1 KB while it is idle, some 200 KB at worst.
    private static let mostConnections = 65_536

    /// The machine's name, as it calls itself: no name server is asked.
    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "unknown" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// One thread for each core, but never so many that their hashes, of `memoryKiB` each, take more than half of the
    /// memory; at least one.
    package func hashThreads(memoryKiB: Int) -> Int { max(1, min(cores, self.memoryKiB / 2 / max(1, memoryKiB))) }
}

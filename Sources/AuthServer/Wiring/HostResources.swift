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

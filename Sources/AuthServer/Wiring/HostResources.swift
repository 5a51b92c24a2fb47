package import AuthHTTP
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
        return HostResources(cores: cores, memoryKiB: min(physical, limit.map { $0 / 1024 } ?? physical))
    }

    /// NIO counts quotas and cpusets, and not the cores that `taskset` or `CPUAffinity=` allows.
    private static var cores: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let name = "Cpus_allowed:"
        let mask = status.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count) ?? ""
        let allowed = mask.compactMap(\.hexDigitValue).reduce(0) { $0 + $1.nonzeroBitCount }
        return allowed == 0 ? System.coreCount : min(System.coreCount, allowed)
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

    /// How many connections there may be, in all and from one address.
    /// - Parameters:
    ///   - wanted: in all; nil for as many as fit into a quarter of the memory while they are idle. `files` that may be
    ///     open allow no more in any case.
    ///   - perAddress: 0 for no limit; nil for one that many users behind one address stay below, and that leaves most of
    ///     all to others.
    ///   - isEncrypted: whether the port speaks TLS, which holds more for each.
    package func connectionLimit(_ wanted: Int?, perAddress: Int?, isEncrypted: Bool, files: Int) -> ConnectionLimit {
        let fitting = max(1, memoryKiB / 4 / (isEncrypted ? Self.encryptedKiB : Self.plainKiB))
        let limit = min(wanted ?? fitting, Self.connections(files: files))
        let share = perAddress ?? min(Self.mostPerAddress, max(1, limit / 4))
        return ConnectionLimit(limit, perAddress: share > 0 ? share : nil)
    }

    /// What is held for an idle connection, in KiB: 24 were measured with TLS, 3 without, and rounded up.
    private static let encryptedKiB = 32
    private static let plainKiB = 4
    private static let filesKept = 64
    /// Ten logins a second, which is the default limit of an address, each on a connection that is then left alone for
    /// the 60 s that it may be, are 600.
    private static let mostPerAddress = 1_024
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

import Foundation
import Glibc

/// Gives back the pages of the program that only the start needed.
///
/// The runtime reads through most of the binary's metadata once, while it looks for protocol conformances, and the
/// kernel maps sixteen pages around each one that is touched. Pages of code are never written, so dropping them loses
/// nothing: those that are needed again are mapped again from the page cache, a few hundred cheap faults in all.
enum StartupPages {
    static func release() {
        guard let maps = try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8) else { return }
        for line in maps.split(separator: "\n") {
            // start-end permissions offset device inode path; only what is executable and backed by a file.
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            let range = (fields.first ?? "").split(separator: "-").compactMap { UInt($0, radix: 16) }
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/"), range.count == 2 else { continue }
            madvise(UnsafeMutableRawPointer(bitPattern: range[0]), Int(range[1] - range[0]), MADV_DONTNEED)
        }
    }
}

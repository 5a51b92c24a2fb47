import CHashingMemory

/// What becomes of the memory of a hash when the next one comes: worth half of a hash, and so worth a line in the log.
package enum HashingMemory: Equatable, Sendable {
    /// Lent again, and the kernel gave it in huge pages.
    case keptOnHugePages
    /// Lent again; the kernel gave ordinary pages.
    case kept
    /// Mapped anew for each hash.
    case notKept(Reason)

    /// Why each hash maps its memory anew.
    package enum Reason: String, Sendable {
        /// The build has a sanitizer, which watches the mappings itself.
        case sanitizer = "built with a sanitizer"
        /// A hash under a mebibyte: nothing would be gained.
        case tooSmall = "a hash takes less than 1 MiB"
        /// libsodium does not ask for memory in the way that is known.
        case unknownAllocation = "libsodium allocates in another way"
    }

    /// Asked on a hashing thread, right after it made a hash with these parameters.
    static func ofThisThread(afterHashOf parameters: Argon2id.Parameters) -> HashingMemory {
        guard hashing_memory_can_be_kept() else { return .notKept(.sanitizer) }
        guard parameters.memoryKiB >= 1_024 else { return .notKept(.tooSmall) }
        guard hashing_memory_kept() > 0 else { return .notKept(.unknownAllocation) }
        return hashing_memory_is_huge() ? .keptOnHugePages : .kept
    }
}

extension HashingMemory: CustomStringConvertible {
    /// For the log: `kept on huge pages`, `kept`, or `not kept: ` and why.
    package var description: String {
        switch self {
        case .keptOnHugePages: "kept on huge pages"
        case .kept: "kept"
        case .notKept(let reason): "not kept: \(reason.rawValue)"
        }
    }
}

import Glibc

/// Bytes that nobody can guess.
package enum RandomBytes {
    /// The most that the system gives at once.
    private static let most = 256

    /// So many, from the system's CSPRNG (`getrandom` on Linux), by one call where there are few.
    package static func make(_ count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, made in
            while made < count {
                let some = min(count - made, most)
                let result = getentropy(buffer.baseAddress.map { $0 + made }, some)
                precondition(result == 0, "the system has no random bytes")
                made += some
            }
        }
    }
}

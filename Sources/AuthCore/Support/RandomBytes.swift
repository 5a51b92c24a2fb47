/// Bytes that nobody can guess.
package enum RandomBytes {
    /// So many, from the system's CSPRNG.
    package static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 7)
        // Each number is a call of the kernel.
        while bytes.count < count {
            let number: UInt64 = generator.next()
            withUnsafeBytes(of: number) { bytes += $0 }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

/// Bytes that nobody can guess.
package enum RandomBytes {
    /// So many, from the system's CSPRNG.
    package static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

/// Version 4 UUIDs (RFC 9562 §5.4): 122 bits from the system's CSPRNG (`getrandom` on Linux).
package enum RandomUUID {
    /// A new UUID in lower case, such as `7f9165c3-363a-4bfc-92a9-e4d484f6d1a0`.
    package static func text() -> String {
        var generator = SystemRandomNumberGenerator()
        return text(high: generator.next(), low: generator.next())
    }

    /// The UUID whose 122 free bits are taken from the two words.
    static func text(high: UInt64, low: UInt64) -> String {
        let high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = Array("0123456789abcdef".utf8)
        var output: [UInt8] = []
        output.reserveCapacity(36)
        for position in 0..<32 {
            if position == 8 || position == 12 || position == 16 || position == 20 { output.append(UInt8(ascii: "-")) }
            let word = position < 16 ? high : low
            output.append(digits[Int(word >> UInt64(60 - position % 16 * 4) & 15)])
        }
        return String(decoding: output, as: UTF8.self)
    }
}

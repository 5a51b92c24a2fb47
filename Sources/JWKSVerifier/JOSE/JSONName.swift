/// The name of a member, escapes resolved, as it is compared: two are equal only where both have the same bytes, and up to
/// 15 bytes are one number.
package struct JSONName: Hashable, Sendable, ExpressibleByStringLiteral {
    private static let mostShort = 15

    /// The bytes, and above them how many they are plus one; 0 where there are more than fit.
    let short: UInt128
    private let long: ExactText?

    @inline(__always) init(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count <= Self.mostShort else {
            (short, long) = (0, ExactText(String(decoding: bytes, as: UTF8.self)))
            return
        }
        var (high, low): (UInt64, UInt64) = (0, 0)
        for byte in bytes { (high, low) = (high << 8 | low >> 56, low << 8 | UInt64(byte)) }
        (short, long) = (UInt128(high | UInt64(bytes.count + 1) << 56) << 64 | UInt128(low), nil)
    }

    /// This name. Inlined, it is a constant.
    @inline(__always) package init(stringLiteral name: StaticString) {
        self.init(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
    }
}

/// The names that an object has had: each may come once.
struct JSONNames {
    /// Up to here names are compared one by one; beyond, with a set, or a long header would cost its square.
    private static let few = 16

    private var short = InlineArray<16, UInt128>(repeating: 0)
    private var count = 0
    private var others: Set<JSONName> = []

    /// Whether it had not come yet.
    mutating func insert(_ name: JSONName) -> Bool {
        for index in 0..<count where short[index] == name.short { return false }
        guard name.short != 0, count < Self.few else { return others.insert(name).inserted }
        short[count] = name.short
        count += 1
        return true
    }
}

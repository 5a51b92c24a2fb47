import CryptoExtras

/// Why an RSA key that somebody else made is not taken over. Keys of our own cannot be any of these.
package enum WeakKey: String, Error, Sendable {
    case small = "its modulus has less than 2048 bits (RFC 7518 §3.3)"
    case smallExponent = "its public exponent is less than 65537 (FIPS 186-5 §A.1.1)"
    case closePrimes = "its primes are so close that anybody finds them (FIPS 186-5 §A.1.3)"

    /// Refuses `key` if it is one of these.
    static func refuse(_ key: _RSA.Signing.PrivateKey) throws {
        guard key.keySizeInBits >= 2_048 else { throw WeakKey.small }
        let exponent = try key.publicKey.getKeyPrimitives().publicExponent.drop { $0 == 0 }
        guard exponent.count > 2, exponent.count > 3 || exponent.last.map({ $0 & 1 == 1 }) ?? false else {
            throw WeakKey.smallExponent
        }
        let integers = integers(ofSequence: Array(key.derRepresentation))
        guard integers.count > 5 else { throw WeakKey.closePrimes }
        guard bitsOfDifference(integers[4], integers[5]) > key.keySizeInBits / 2 - 100 else {
            throw WeakKey.closePrimes
        }
    }

    /// The numbers of a SEQUENCE of INTEGERs in DER, as RSAPrivateKey is one (RFC 8017 §A.1.2): version, n, e, d, p, q, …
    private static func integers(ofSequence der: [UInt8]) -> [ArraySlice<UInt8>] {
        var rest = der[...]
        guard rest.popFirst() == 0x30, length(&rest) != nil else { return [] }
        var integers: [ArraySlice<UInt8>] = []
        while rest.popFirst() == 0x02, let length = length(&rest), length <= rest.count {
            integers.append(rest.prefix(length).drop { $0 == 0 })
            rest = rest.dropFirst(length)
        }
        return integers
    }

    /// Takes a length in DER from the front: one byte, or the number of the bytes that say it.
    private static func length(_ rest: inout ArraySlice<UInt8>) -> Int? {
        guard let first = rest.popFirst() else { return nil }
        guard first >= 0x80 else { return Int(first) }
        let count = Int(first & 0x7F)
        guard (1...3).contains(count), count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
    }

    /// The bit length of |p − q|, for big endian numbers without leading zeros.
    private static func bitsOfDifference(_ p: ArraySlice<UInt8>, _ q: ArraySlice<UInt8>) -> Int {
        guard p.count == q.count else { return 8 * max(p.count, q.count) }
        let (greater, less) = q.lexicographicallyPrecedes(p) ? (p, q) : (q, p)
        var (difference, borrow) = ([UInt8](), 0)
        for (one, other) in zip(greater.reversed(), less.reversed()) {
            let digit = Int(one) - Int(other) - borrow
            borrow = digit < 0 ? 1 : 0
            difference.append(UInt8(truncatingIfNeeded: digit))
        }
        guard let last = difference.lastIndex(where: { $0 != 0 }) else { return 0 }
        return 8 * (last + 1) - difference[last].leadingZeroBitCount
    }
}

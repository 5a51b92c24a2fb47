import AuthCore
import Testing

@Suite("The digest of a client's secret") struct ClientSecretDigestTests {
    private static let right = ClientSecretDigest(of: Secret("cs_right"))

    @Test("is itself and no other: not one of ten thousand wrong secrets opens anything") func others() {
        #expect(Self.right == ClientSecretDigest(of: Secret("cs_right")))
        let taken = (0..<10_000).filter { Self.right == ClientSecretDigest(of: Secret("wrong \($0)")) }
        #expect(taken.isEmpty, "\(taken.count) were")
    }

    @Test("differs by one bit anywhere, and by any two") func bits() {
        let bytes = Self.right.bytes
        for first in 0..<ClientSecretDigest.length {
            for second in 0..<ClientSecretDigest.length {
                for bit in 0..<8 {
                    var other = bytes
                    other[first] ^= 1 << bit
                    if second != first { other[second] ^= 1 << bit }
                    #expect(ClientSecretDigest(stored: other) != Self.right)
                }
            }
        }
        #expect(ClientSecretDigest(stored: Array(bytes.dropLast())) != Self.right)
        #expect(ClientSecretDigest(stored: []) != Self.right)
    }
}

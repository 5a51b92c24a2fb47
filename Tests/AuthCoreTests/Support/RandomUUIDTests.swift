import AuthCore
import Foundation
import Testing

@Suite("RandomUUID") struct RandomUUIDTests {
    @Test("is a version 4 UUID in lower case, and never the same twice") func shapeAndDistinctness() {
        let count = 100_000
        var seen = Set<String>(minimumCapacity: count)
        var misshapen = 0
        for _ in 0..<count {
            let text = RandomUUID.text()
            if !Self.isVersion4(Array(text.utf8)) { misshapen += 1 }
            seen.insert(text)
        }
        #expect(misshapen == 0)
        #expect(seen.count == count)
    }

    @Test("lets each of its 122 free bits be either") func everyBitVaries() throws {
        var ones = [UInt8](repeating: 0, count: 16)
        var zeros = ones
        for _ in 0..<2_000 {
            let uuid = try #require(UUID(uuidString: RandomUUID.text())).uuid
            withUnsafeBytes(of: uuid) { bytes in
                for index in 0..<16 {
                    ones[index] |= bytes[index]
                    zeros[index] |= ~bytes[index]
                }
            }
        }
        // Byte 6 begins with the version 0100, byte 8 with the variant 10.
        #expect(ones.enumerated().allSatisfy { $1 == ($0 == 6 ? 0x4F : $0 == 8 ? 0xBF : 0xFF) })
        #expect(zeros.enumerated().allSatisfy { $1 == ($0 == 6 ? 0xBF : $0 == 8 ? 0x7F : 0xFF) })
    }

    private static func isVersion4(_ text: [UInt8]) -> Bool {
        guard text.count == 36 else { return false }
        return text.indices.allSatisfy { index in
            switch index {
            case 8, 13, 18, 23: text[index] == UInt8(ascii: "-")
            case 14: text[index] == UInt8(ascii: "4")
            case 19: Array("89ab".utf8).contains(text[index])
            default: Array("0123456789abcdef".utf8).contains(text[index])
            }
        }
    }
}

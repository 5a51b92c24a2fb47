import AuthTestSupport

/// Makes inputs from others, by the dice of one seed.
struct Mutator {
    private static let numbers = [
        "0", "1", "-1", "127", "128", "255", "256", "65535", "65536", "2147483647", "2147483648", "4294967295",
        "4294967296",
        "9223372036854775807", "9223372036854775808", "18446744073709551615", "99999999999999999999999", "00", "+1",
        "1e9",
    ]
    private static let bytes: [UInt8] = [
        0, 1, 9, 10, 13, 32, 34, 37, 44, 47, 58, 59, 61, 91, 92, 93, 123, 125, 127, 128, 255,
    ]

    let dictionary: [[UInt8]]
    let longest: Int
    var generator: SeededGenerator

    /// A descendant of `parent`; `pool`: what it may be joined with.
    mutating func child(of parent: [UInt8], _ pool: [[UInt8]]) -> [UInt8] {
        var input = parent
        // Mostly one or two changes: more of them are refused at the first.
        repeat { change(&input, pool) } while below(100) < 45
        return input.count > longest ? Array(input.prefix(longest)) : input
    }

    mutating func below(_ count: Int) -> Int { Int.random(in: 0..<max(1, count), using: &generator) }

    private mutating func change(_ input: inout [UInt8], _ pool: [[UInt8]]) {
        let place = below(input.count + 1)
        // Nothing can be changed in nothing.
        switch input.isEmpty ? 2 : below(12) {
        case 0: input[below(input.count)] ^= 1 << UInt8(below(8))
        case 1: input[below(input.count)] = byte()
        case 2: input.insert(contentsOf: (0...below(4)).map { _ in byte() }, at: place)
        case 3: input.removeSubrange(range(in: input))
        case 4: input.insert(contentsOf: input[range(in: input)], at: place)
        case 5: input.insert(contentsOf: word(), at: place)
        case 6:
            let range = range(in: input)
            input.replaceSubrange(range, with: word())
        case 7:
            let other = pool.isEmpty ? [] : pool[below(pool.count)]
            input = input.prefix(place) + other.suffix(below(other.count + 1))
        case 8:
            let range = range(in: input)
            let run = Array(input[range].prefix(8))
            let count = 1 << below(13)
            guard run.count * count <= longest else { return }
            input.replaceSubrange(range, with: Array(repeatElement(run, count: count).joined()))
        case 9: changeNumber(&input)
        case 10: input.removeSubrange(place...)
        default: input.swapAt(below(input.count), below(input.count))
        }
    }

    private mutating func byte() -> UInt8 {
        below(2) == 0 ? Self.bytes[below(Self.bytes.count)] : UInt8.random(in: .min ... .max, using: &generator)
    }

    private mutating func word() -> [UInt8] { dictionary.isEmpty ? [byte()] : dictionary[below(dictionary.count)] }

    private mutating func range(in input: [UInt8]) -> Range<Int> {
        let start = below(input.count)
        // Short ones for the most part.
        return start..<min(input.count, start + 1 + below(below(4) == 0 ? input.count : 8))
    }

    private mutating func changeNumber(_ input: inout [UInt8]) {
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        let start = below(input.count)
        guard let first = input[start...].firstIndex(where: isDigit) else { return }
        let end = input[first...].firstIndex { !isDigit($0) } ?? input.endIndex
        input.replaceSubrange(first..<end, with: Self.numbers[below(Self.numbers.count)].utf8)
    }
}

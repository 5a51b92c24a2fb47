import AuthCore
import AuthSodium

/// Stored password hashes. A second reader, byte by byte, takes the same ones and finds the same numbers; what is taken is
/// within the bounds that the first names.
struct PHCTarget: FuzzTarget {
    let name = "phc"
    let longest = 512

    let seeds = [
        "$argon2id$v=19$m=65536,t=3,p=4$MDEyMzQ1Njc4OWFiY2RlZg$1SiCM8zEmGBa3FJ8+dyfT6YZJ/F7fb7dWUtQ+E3ftIQ",
        "$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$1SiCM8zEmGBa3FJ8+dyfT6YZJ/F7fb7dWUtQ+E3ftIQ",
        "$argon2i$v=19$m=8,t=1,p=1$MDEyMzQ1Njc$MDEyMzQ1Njc4OWFiY2RlZg",
        "$argon2id$v=19$m=4294967295,t=4294967295,p=64$MDEyMzQ1Njc$MDEyMzQ1Njc4OWFiY2RlZg",
        "$2b$12$abcdefghijklmnopqrstuv", "",
    ].map { Array($0.utf8) }
    let dictionary = [
        "$", "$argon2id$", "$argon2i$", "$argon2d$", "v=19", "v=16", "m=", "t=", "p=", ",", "=", "AAAA", "AA", "A", "+",
        "/", "m=8,",
        "p=1", "t=1", "MDEyMzQ1Njc", "-", " ", "\u{0}", "é", "64", "65",
    ]

    func check(_ input: [UInt8]) async -> FuzzOutcome {
        let text = String(decoding: input, as: UTF8.self)
        let hash = StoredHash(PasswordHash(phcString: text))
        guard let hash else {
            return reference(Array(text.utf8)) == nil ? .refused() : .finding("a hash, and not to us")
        }
        guard let numbers = reference(Array(text.utf8)) else { return .finding("no hash, and one to us") }
        guard [hash.memoryKiB, hash.passes] == [numbers.memory, numbers.passes] else {
            return .finding("other numbers")
        }
        let isAffordable = hash.isAffordable(beside: Argon2id.Parameters(memoryKiB: 19_456, passes: 2))
        let (work, overflows) = numbers.memory.multipliedReportingOverflow(by: numbers.passes)
        guard isAffordable == (!overflows && numbers.memory <= 1_048_576 && work <= 2_097_152) else {
            return .finding("\(isAffordable ? "" : "not ")affordable")
        }
        return .accepted("\(isAffordable ? "" : "not ")affordable, \(numbers.lanes > 1 ? "lanes" : "a lane")")
    }

    private typealias Numbers = (memory: Int, passes: Int, lanes: Int)

    /// `$argon2i[d]$v=19$m=N,t=N,p=N$salt$tag`, each part in the one way to write it.
    private func reference(_ bytes: [UInt8]) -> Numbers? {
        var rest = bytes[...]
        guard bytes.count <= 256, take("$argon2i", &rest) else { return nil }
        _ = take("d", &rest)
        guard take("$v=19$m=", &rest), let memory = number(&rest), take(",t=", &rest), let passes = number(&rest),
            take(",p=", &rest), let lanes = number(&rest), take("$", &rest), let salt = length(&rest), take("$", &rest),
            let tag = length(&rest), rest.isEmpty
        else { return nil }
        guard 1...64 ~= lanes, memory >= 8 * lanes, passes >= 1, 8...64 ~= salt, 16...64 ~= tag else { return nil }
        return (memory, passes, lanes)
    }

    private func take(_ text: String, _ rest: inout ArraySlice<UInt8>) -> Bool {
        guard rest.starts(with: text.utf8) else { return false }
        rest = rest.dropFirst(text.utf8.count)
        return true
    }

    private func number(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let digits = rest.prefix { 0x30...0x39 ~= $0 }
        rest = rest.dropFirst(digits.count)
        guard 1...10 ~= digits.count, digits.count == 1 || digits.first != 0x30 else { return nil }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        return number <= 4_294_967_295 ? number : nil
    }

    /// How many bytes a base64 text without padding stands for; its last bits are zero.
    private func length(_ rest: inout ArraySlice<UInt8>) -> Int? {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        let digits = rest.prefix { $0 != UInt8(ascii: "$") }
        rest = rest.dropFirst(digits.count)
        let values = digits.compactMap { alphabet.firstIndex(of: $0) }
        guard values.count == digits.count, digits.count % 4 != 1 else { return nil }
        let spare = values.count * 6 % 8
        guard (values.last ?? 0) & (1 << spare - 1) == 0 else { return nil }
        return values.count * 6 / 8
    }
}

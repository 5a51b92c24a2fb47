import Foundation
import JWKSVerifier
import Testing

/// Tokens that were changed by dice. `JWKS_MUTATIONS` says how many; script/verifier-mutations has a million tried.
@Suite("Mutated tokens") struct MutationTests {
    @Test("none is accepted", arguments: TestIssuer.all) func none(_ issuer: TestIssuer) async throws {
        let wanted = ProcessInfo.processInfo.environment["JWKS_MUTATIONS"].flatMap { Int($0) } ?? 3_000
        let clock = ManualClock()
        let verifier = try FakeKeySet().verifier(clock)
        let tokens = TestIssuer.all.map { $0.token(at: clock.now) }
        let good = try #require(zip(TestIssuer.all, tokens).first { $0.0.kid == issuer.kid }?.1)
        var dice = SplitMix(seed: 13)
        var reasons: [InvalidToken: Int] = [:]
        var tried = 0
        while tried < wanted {
            let changed = Self.changed(good, tokens, &dice)
            if tokens.contains(changed) { continue }
            tried += 1
            let reason = try await verifier.reason(changed)
            #expect(reason != nil, "accepted: \(changed)")
            if let reason { reasons[reason, default: 0] += 1 }
        }
        #expect(try await verifier.reason(good) == nil)
        let counts = reasons.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }
        print("\(issuer.alg): \(tried) mutated tokens, none accepted: \(counts.joined(separator: ", "))")
    }

    private static func changed(_ good: String, _ tokens: [String], _ dice: inout SplitMix) -> String {
        var bytes = Array(good.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &dice) {
            let place = Int.random(in: 0..<bytes.count, using: &dice)
            let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ ".utf8)
            let other = alphabet[Int.random(in: 0..<alphabet.count, using: &dice)]
            switch Int.random(in: 0..<8, using: &dice) {
            case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<7, using: &dice)
            case 1, 2: bytes[place] = other
            case 3: bytes.insert(other, at: place)
            case 4: if bytes.count > 1 { bytes.remove(at: place) }
            case 5: bytes = Array(bytes.prefix(place + 1))
            case 6:
                // A part of another good token in place of its own.
                var parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
                let donor = tokens[Int.random(in: 0..<tokens.count, using: &dice)]
                let donated = donor.utf8.split(separator: UInt8(ascii: ".")).map(Array.init)
                let part = Int.random(in: 0..<3, using: &dice)
                if part < parts.count { parts[part] = donated[part] }
                bytes = Array(parts.joined(separator: [UInt8(ascii: ".")]))
            default: Self.reencode(&bytes, &dice)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Changes a byte below the base64 of the header or the claims, so that what is read is still base64.
    private static func reencode(_ bytes: inout [UInt8], _ dice: inout SplitMix) {
        var parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map(Array.init)
        let part = Int.random(in: 0..<2, using: &dice)
        guard part < parts.count, var text = StrictBase64URL.bytes(ArraySlice(parts[part])), !text.isEmpty else {
            return
        }
        text[Int.random(in: 0..<text.count, using: &dice)] = UInt8.random(in: 0x20..<0x7F, using: &dice)
        parts[part] = Array(TestIssuer.encoded(text).utf8)
        bytes = Array(parts.joined(separator: [UInt8(ascii: ".")]))
    }
}

import AuthCore
import AuthSodium
import Foundation
import Testing

/// Made by argon2-cffi 25.1.0 with `argon2.low_level.hash_secret_raw(secret, salt, time_cost, memory_cost, 1, 32,
/// Type.ID)`.
struct KeyVector: Sendable {
    let secret: String
    let salt: [UInt8]
    let memoryKiB: Int
    let passes: Int
    let key: String

    static let all = [
        KeyVector(
            secret: "master secret", salt: Array("0123456789abcdef".utf8), memoryKiB: 19_456, passes: 2,
            key: "3c847ead663b5ebb1cdd597a9ec3dc30aa91e9b2eae273288bd1ae5acad68579"),
        KeyVector(
            secret: "", salt: Array("0123456789abcdef".utf8), memoryKiB: 1_024, passes: 3,
            key: "1c0dd17b36a8c553691df295ea1a9e37d116363f9f1e0abedde9d78448fcb368"),
        KeyVector(
            secret: "schl\u{FC}ssel\u{0}x", salt: Array(0..<16), memoryKiB: 1_024, passes: 2,
            key: "bc008567a27aa91459c33d65f21ec35e04d4cb311b73ff08d02db8a9ccb8c736"),
    ]
}

@Suite("Argon2id as a key derivation function")
struct SodiumKeyDerivationTests {
    @Test("derives what argon2-cffi derives", arguments: KeyVector.all)
    func derives(vector: KeyVector) throws {
        let key = try SodiumKeyDerivation().derive(
            from: Secret(vector.secret), salt: vector.salt, memoryKiB: vector.memoryKiB, passes: vector.passes)
        #expect(hexadecimal(key) == vector.key)
    }

    @Test("a salt that is not 16 bytes long is a damaged record, not a crash", arguments: [0, 1, 15, 17, 64])
    func refusesSalt(length: Int) {
        #expect(throws: OperatorError.self) {
            try SodiumKeyDerivation().derive(
                from: Secret("master secret"), salt: [UInt8](repeating: 7, count: length), memoryKiB: 1_024, passes: 2)
        }
    }

    @Test("impossible parameters are an error, not a crash", arguments: [(0, 2), (1, 2), (1_024, 0)])
    func refusesParameters(memoryKiB: Int, passes: Int) {
        #expect(throws: OperatorError.self) {
            try SodiumKeyDerivation().derive(
                from: Secret("master secret"), salt: [UInt8](repeating: 7, count: 16), memoryKiB: memoryKiB,
                passes: passes)
        }
    }

    private func hexadecimal(_ key: some ContiguousBytes) -> String {
        key.withUnsafeBytes { bytes in
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }
}

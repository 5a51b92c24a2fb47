import AuthCore
import CSodium
import Foundation

/// Argon2id (RFC 9106) over libsodium, always with one lane.
package enum Argon2id {
    /// How much work one hash is.
    package struct Parameters: Equatable, Sendable {
        /// At least 8; the memory of one hash, in KiB.
        package var memoryKiB: Int
        /// At least 1; how often the memory is gone through.
        package var passes: Int

        /// Takes what it is given: libsodium refuses what it cannot do.
        package init(memoryKiB: Int, passes: Int) {
            self.memoryKiB = memoryKiB
            self.passes = passes
        }

        /// How a PHC string made under these parameters begins.
        var prefix: String { "$argon2id$v=19$m=\(memoryKiB),t=\(passes),p=1$" }
    }

    /// libsodium chooses AVX-512, AVX2 or SSSE3 here; without it the reference code runs, at half the speed.
    private static let isReady: Bool = sodium_init() >= 0

    /// A PHC string over a new 16-byte salt, with a 32-byte tag.
    /// - Throws: ``AuthError/overloaded(retryAfter:)`` when the memory cannot be had.
    static func hash(_ password: Secret, _ parameters: Parameters) throws -> PasswordHash {
        guard isReady else { throw AuthError.unavailable("libsodium cannot be initialised") }
        var text = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        let status = password.withCharacters { start, count in
            crypto_pwhash_str_alg(
                &text, start, count, UInt64(parameters.passes), parameters.memoryKiB * 1024,
                crypto_pwhash_ALG_ARGON2ID13)
        }
        guard status == 0 else { throw AuthError.overloaded(retryAfter: .seconds(1)) }
        return PasswordHash(
            phcString: text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } } ?? "")
    }

    /// Whether a PHC string of argon2id or argon2i, version 19, any parameters and lanes, belongs to `password`.
    static func verify(_ password: Secret, _ hash: PasswordHash) -> Bool {
        guard isReady else { return false }
        return password.withCharacters { start, count in crypto_pwhash_str_verify(hash.phcString, start, count) } == 0
    }

    /// A PHC string that costs what a real one costs and that no password opens, but with the chance of 2^-256.
    static func decoy(_ parameters: Parameters) -> PasswordHash {
        var generator = SystemRandomNumberGenerator()
        func random(_ count: Int) -> String {
            let bytes = Data((0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) })
            return bytes.base64EncodedString().replacingOccurrences(of: "=", with: "")
        }
        return PasswordHash(phcString: parameters.prefix + random(16) + "$" + random(32))
    }
}

extension Secret {
    /// Lends the bytes as libsodium wants them; -1, its word for failure, where there are none to lend.
    func withCharacters(_ body: (UnsafePointer<CChar>, UInt64) -> Int32) -> Int32 {
        withBytes { bytes in
            bytes.baseAddress.map { body($0.assumingMemoryBound(to: CChar.self), UInt64(bytes.count)) } ?? -1
        }
    }
}

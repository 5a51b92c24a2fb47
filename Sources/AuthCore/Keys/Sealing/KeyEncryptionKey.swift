package import Crypto
import Foundation

/// The name of a key-encryption key: 8 random bytes, in the header of everything sealed under it.
package struct KeyEncryptionKeyID: Hashable, Sendable, CustomStringConvertible {
    /// The 8 bytes, big endian.
    package let number: UInt64

    /// The name with these bytes.
    package init(_ number: UInt64) { self.number = number }

    /// A new name, from the system's CSPRNG.
    package static func random() -> Self {
        var generator = SystemRandomNumberGenerator()
        return Self(generator.next())
    }

    package var description: String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What the store keeps of a key-encryption key: how to derive it again and how to know that it is the right one.
package struct KeyEncryptionKeyRecord: Equatable, Sendable {
    /// Of the key that the record describes.
    package let id: KeyEncryptionKeyID
    /// 16 bytes.
    package let salt: [UInt8]
    /// Argon2id's memory, KiB.
    package let memoryKiB: Int
    /// Argon2id's passes.
    package let passes: Int
    /// HKDF output that only the right secret leads to; it tells nothing of the key itself.
    package let checkValue: [UInt8]
    /// The newest record is the one in force.
    package let createdAt: Timestamp
    /// This key sealed under its predecessor, for a running server to follow a change of the master key; present only
    /// for the seconds that takes.
    package var handover: [UInt8]?

    /// A record with these columns.
    package init(
        id: KeyEncryptionKeyID, salt: [UInt8], memoryKiB: Int, passes: Int, checkValue: [UInt8], createdAt: Timestamp,
        handover: [UInt8]?
    ) {
        self.id = id
        self.salt = salt
        self.memoryKiB = memoryKiB
        self.passes = passes
        self.checkValue = checkValue
        self.createdAt = createdAt
        self.handover = handover
    }
}

/// Port: Argon2id as a key derivation function (RFC 9106), 32 bytes out. Takes tens of milliseconds of CPU.
package protocol KeyDerivation: Sendable {
    /// - Throws: ``OperatorError/damaged(_:)`` or ``OperatorError/refused(_:)`` for parameters that cannot be met.
    func derive(from secret: Secret, salt: [UInt8], memoryKiB: Int, passes: Int) throws -> SymmetricKey
}

/// The AES-256 key under which private keys are sealed. It lives in memory only.
package struct KeyEncryptionKey: Sendable {
    /// In the header of everything sealed under it.
    package let id: KeyEncryptionKeyID
    let key: SymmetricKey

    init(id: KeyEncryptionKeyID, key: SymmetricKey) {
        self.id = id
        self.key = key
    }

    /// Derives the key that `record` describes.
    /// - Throws: ``OperatorError/wrongMasterKey`` when the secret is another one.
    package init(of record: KeyEncryptionKeyRecord, secret: Secret, derivation: any KeyDerivation) throws {
        let (key, check) = try Self.derive(
            id: record.id, secret: secret, salt: record.salt, memoryKiB: record.memoryKiB, passes: record.passes,
            derivation: derivation)
        // SymmetricKey compares in constant time.
        guard check == SymmetricKey(data: record.checkValue) else { throw OperatorError.wrongMasterKey }
        self.init(id: record.id, key: key)
    }

    /// A new key from `secret` over a new salt, with the record to keep.
    package static func make(
        from secret: Secret, at now: Timestamp, derivation: any KeyDerivation
    ) throws -> (key: KeyEncryptionKey, record: KeyEncryptionKeyRecord) {
        let id = KeyEncryptionKeyID.random()
        var generator = SystemRandomNumberGenerator()
        let salt = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        // OWASP's first choice for Argon2id with one lane; the work of a login.
        let (memoryKiB, passes) = (19_456, 2)
        let (key, check) = try derive(
            id: id, secret: secret, salt: salt, memoryKiB: memoryKiB, passes: passes, derivation: derivation)
        let record = KeyEncryptionKeyRecord(
            id: id, salt: salt, memoryKiB: memoryKiB, passes: passes,
            checkValue: check.withUnsafeBytes { Array($0) }, createdAt: now, handover: nil)
        return (KeyEncryptionKey(id: id, key: key), record)
    }

    /// Argon2id once, then two independent HKDF-SHA256 outputs (RFC 5869) told apart by `info`.
    private static func derive(
        id: KeyEncryptionKeyID, secret: Secret, salt: [UInt8], memoryKiB: Int, passes: Int,
        derivation: any KeyDerivation
    ) throws -> (key: SymmetricKey, check: SymmetricKey) {
        let root = try derivation.derive(from: secret, salt: salt, memoryKiB: memoryKiB, passes: passes)
        func output(_ purpose: String) -> SymmetricKey {
            HKDF<SHA256>.deriveKey(
                inputKeyMaterial: root, info: Data("jwks-server \(purpose) v1 \(id)".utf8), outputByteCount: 32)
        }
        return (output("key-encryption-key"), output("check-value"))
    }
}

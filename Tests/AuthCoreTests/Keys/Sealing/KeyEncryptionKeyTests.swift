import AuthCore
import AuthTestSupport
import Crypto
import CryptoExtras
import Testing

@Suite("KeyEncryptionKey") struct KeyEncryptionKeyTests {
    @Test("is derived again from its record and the secret") func again() throws {
        let (key, record) = try makeKeyEncryptionKey()
        let again = try KeyEncryptionKey(of: record, secret: Sample.masterKey, derivation: FakeKeyDerivation())
        #expect(again.id == key.id)
        let sealed = try SealedKeyFormat.seal(TestKey.material(), id: KeyID(1), under: key)
        #expect(try SealedKeyFormat.open(sealed, id: KeyID(1), under: again).hasPrivateHalf)
    }

    @Test(
        "is refused for another secret", arguments: ["", "correct horse battery stapl", "Correct horse battery staple"])
    func wrongSecret(_ secret: String) throws {
        let (_, record) = try makeKeyEncryptionKey()
        #expect(throws: OperatorError.wrongMasterKey) {
            try KeyEncryptionKey(of: record, secret: Secret(secret), derivation: FakeKeyDerivation())
        }
    }

    @Test("is refused when any field of its record was changed") func alteredRecord() throws {
        let (_, record) = try makeKeyEncryptionKey()
        var salt = record.salt
        salt[15] ^= 1
        var check = record.checkValue
        check[31] ^= 0x80
        func altered(
            id: UInt64? = nil, salt: [UInt8]? = nil, memoryKiB: Int? = nil, passes: Int? = nil, check: [UInt8]? = nil
        ) -> KeyEncryptionKeyRecord {
            KeyEncryptionKeyRecord(
                id: id.map(KeyEncryptionKeyID.init) ?? record.id, salt: salt ?? record.salt,
                memoryKiB: memoryKiB ?? record.memoryKiB, passes: passes ?? record.passes,
                checkValue: check ?? record.checkValue, createdAt: record.createdAt, handover: nil)
        }
        for other in [
            altered(id: record.id.number ^ 1), altered(salt: salt), altered(memoryKiB: 19_457), altered(passes: 3),
            altered(check: check), altered(check: []), altered(check: Array(record.checkValue.dropLast())),
        ] {
            #expect(throws: OperatorError.wrongMasterKey) {
                try KeyEncryptionKey(of: other, secret: Sample.masterKey, derivation: FakeKeyDerivation())
            }
        }
    }

    @Test("has a salt and a name of its own each time, and a check value that is not the key") func fresh() throws {
        let made = try (0..<50).map { _ in try makeKeyEncryptionKey() }
        #expect(Set(made.map(\.record.salt)).count == 50)
        #expect(Set(made.map(\.record.id)).count == 50)
        for (key, record) in made {
            #expect(record.salt.count == 16)
            #expect(record.id == key.id)
            #expect(record.createdAt == Sample.now)
            #expect(record.handover == nil)
            #expect(SymmetricKey(data: record.checkValue) != FrozenDerivation.key(of: record))
            #expect(record.memoryKiB >= 19_456 && record.passes >= 2)
        }
    }

    @Test("and its check value are HKDF outputs as they were when the first database was made") func frozen() throws {
        let (key, record) = try makeKeyEncryptionKey()
        #expect(SymmetricKey(data: record.checkValue) == FrozenDerivation.output("check-value", of: record))
        let sealed = try SealedKeyFormat.seal(TestKey.material(), id: KeyID(1), under: key)
        let box = try AES.GCM.SealedBox(combined: sealed.dropFirst(14))
        let bound = sealed.prefix(14) + withUnsafeBytes(of: Int64(1).bigEndian, Array.init)
        let plain = try AES.GCM.open(box, using: FrozenDerivation.key(of: record), authenticating: bound)
        #expect(plain == (try TestKey.rsaPrivateKey().pkcs8DERRepresentation))
    }

    @Test(
        "its name is 16 hexadecimal digits",
        arguments: [
            (0, "0000000000000000"), (0x2A, "000000000000002a"), (.max, "ffffffffffffffff"),
            (0x0123_4567_89AB_CDEF, "0123456789abcdef"),
        ] as [(UInt64, String)])
    func name(_ number: UInt64, _ text: String) { #expect("\(KeyEncryptionKeyID(number))" == text) }
}

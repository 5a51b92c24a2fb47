import AuthCore
import AuthTestSupport
import Crypto
import Testing

@Suite("SealedKeyFormat") struct KeyEnvelopeTests {
    private let kek: KeyEncryptionKey
    private let record: KeyEncryptionKeyRecord
    private let id = KeyID(7)
    /// "JWKS", version, content, key-encryption key's id.
    private static let headerLength = 14

    init() throws { (kek, record) = try makeKeyEncryptionKey() }

    @Test("opens what it sealed, both halves or one") func roundTrip() throws {
        let material = try TestKey.material()
        let full = try SealedKeyFormat.open(SealedKeyFormat.seal(material, id: id, under: kek), id: id, under: kek)
        #expect(full.hasPrivateHalf)
        #expect(try full.modulus == material.modulus)
        let half = try SealedKeyFormat.open(
            SealedKeyFormat.seal(material.withoutPrivateHalf, id: id, under: kek), id: id, under: kek)
        #expect(!half.hasPrivateHalf)
        #expect(try half.modulus == material.modulus)
    }

    @Test("names its format, version, content and key-encryption key in clear, nothing else") func header() throws {
        let material = try TestKey.material()
        for (material, content) in [(material, UInt8(1)), (material.withoutPrivateHalf, 2)] {
            let sealed = try SealedKeyFormat.seal(material, id: id, under: kek)
            let name = withUnsafeBytes(of: kek.id.number.bigEndian, Array.init)
            #expect(Array(sealed.prefix(Self.headerLength)) == Array("JWKS".utf8) + [1, content] + name)
            #expect(SealedKeyFormat.isSealed(sealed))
            let again = try SealedKeyFormat.seal(material, id: id, under: kek)
            #expect(sealed.dropFirst(Self.headerLength).prefix(12) != again.dropFirst(Self.headerLength).prefix(12))
        }
    }

    @Test("takes another nonce each time") func nonces() throws {
        let material = try KeyMaterial.generate(.edDSA, bits: 0)
        let nonces = try (0..<10_000).map { _ in
            try SealedKeyFormat.seal(material, id: id, under: kek)[Self.headerLength...].prefix(12)
        }
        #expect(Set(nonces).count == nonces.count)
    }

    @Test("does not take the original's rows for its own", arguments: ["", "JWKS", "87Ui/xG4ewIJ", "JWKS\u{2}abc"])
    func isSealed(_ row: String) { #expect(!SealedKeyFormat.isSealed(Array(row.utf8))) }

    @Test("refuses a row of which any byte was changed, and says what is wrong", arguments: [0x01, 0x03, 0x80, 0xFF])
    func everyByte(_ mask: UInt8) throws {
        for material in try TestKey.everyKind() {
            let sealed = try SealedKeyFormat.seal(material, id: id, under: kek)
            for index in sealed.indices {
                var altered = sealed
                altered[index] ^= mask
                #expect(throws: expected(index, altered), "byte \(index) ^ \(mask)") {
                    try SealedKeyFormat.open(altered, id: id, under: kek)
                }
            }
        }
    }

    private func expected(_ index: Int, _ altered: [UInt8]) -> SealedKeyError {
        switch index {
        case 0..<5: .unknownFormat
        // 1 to 6 are contents that there are; one passed off as the other is a forgery.
        case 5: (1...6).contains(altered[5]) ? .forged : .unknownFormat
        case 6..<Self.headerLength: .otherKeyEncryptionKey
        default: .forged
        }
    }

    @Test("refuses a row that was cut or grew") func truncations() throws {
        let sealed = try SealedKeyFormat.seal(TestKey.material(), id: id, under: kek)
        for length in sealed.indices {
            // Header, nonce and tag alone hold nothing.
            let error: SealedKeyError = length <= Self.headerLength + 12 + 16 ? .unknownFormat : .forged
            #expect(throws: error, "\(length) bytes") {
                try SealedKeyFormat.open(Array(sealed.prefix(length)), id: id, under: kek)
            }
        }
        #expect(throws: SealedKeyError.forged) { try SealedKeyFormat.open(sealed + [0], id: id, under: kek) }
    }

    @Test("refuses a row that was moved to another kid", arguments: [0, 1, 6, 8, -7, Int64.max])
    func otherKid(_ other: Int64) throws {
        let sealed = try SealedKeyFormat.seal(TestKey.material(), id: id, under: kek)
        #expect(throws: SealedKeyError.forged) { try SealedKeyFormat.open(sealed, id: KeyID(other), under: kek) }
    }

    @Test("refuses two rows that were swapped") func swapped() throws {
        let one = try SealedKeyFormat.seal(TestKey.material(0), id: KeyID(1), under: kek)
        let two = try SealedKeyFormat.seal(TestKey.material(1), id: KeyID(2), under: kek)
        #expect(throws: SealedKeyError.forged) { try SealedKeyFormat.open(two, id: KeyID(1), under: kek) }
        #expect(throws: SealedKeyError.forged) { try SealedKeyFormat.open(one, id: KeyID(2), under: kek) }
    }

    @Test("says of a row sealed under another key-encryption key that it is that") func otherKey() throws {
        let sealed = try SealedKeyFormat.seal(TestKey.material(), id: id, under: kek)
        let other = try makeKeyEncryptionKey(Secret("another secret")).key
        #expect(throws: SealedKeyError.otherKeyEncryptionKey) {
            try SealedKeyFormat.open(sealed, id: id, under: other)
        }
        // Its name written over the real one does not help.
        var renamed = sealed
        renamed.replaceSubrange(6..<14, with: withUnsafeBytes(of: other.id.number.bigEndian, Array.init))
        #expect(throws: SealedKeyError.forged) { try SealedKeyFormat.open(renamed, id: id, under: other) }
    }

    @Test("says of an authentic row without an RSA key in it that it is no key", arguments: [UInt8(1), 2])
    func notAKey(_ content: UInt8) throws {
        let header =
            Array("JWKS".utf8) + [1, content] + withUnsafeBytes(of: kek.id.number.bigEndian, Array.init)
        let bound = header + withUnsafeBytes(of: id.number.bigEndian, Array.init)
        let box = try AES.GCM.seal(
            Array("not a key".utf8), using: FrozenDerivation.key(of: record), authenticating: bound)
        let sealed = header + Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
        #expect(throws: SealedKeyError.notAKey) { try SealedKeyFormat.open(sealed, id: id, under: kek) }
    }

    @Test("hands a key-encryption key over to who holds its predecessor, and to nobody else") func handover() throws {
        let successor = try makeKeyEncryptionKey(Secret("new")).key
        let stranger = try makeKeyEncryptionKey(Secret("other")).key
        let handover = try SealedKeyFormat.sealHandover(of: successor, under: kek)
        let opened = try SealedKeyFormat.openHandover(handover, to: successor.id, under: kek)
        #expect(opened.id == successor.id)
        let sealed = try SealedKeyFormat.seal(TestKey.material(), id: id, under: successor)
        #expect(try SealedKeyFormat.open(sealed, id: id, under: opened).hasPrivateHalf)
        #expect(throws: SealedKeyError.forged) {
            try SealedKeyFormat.openHandover(handover, to: successor.id, under: stranger)
        }
        #expect(throws: SealedKeyError.forged) {
            try SealedKeyFormat.openHandover(handover, to: stranger.id, under: kek)
        }
        for index in handover.indices {
            var altered = handover
            altered[index] ^= 1
            #expect(throws: SealedKeyError.forged) {
                try SealedKeyFormat.openHandover(altered, to: successor.id, under: kek)
            }
        }
        for length in handover.indices {
            #expect(throws: SealedKeyError.forged) {
                try SealedKeyFormat.openHandover(Array(handover.prefix(length)), to: successor.id, under: kek)
            }
        }
    }
}

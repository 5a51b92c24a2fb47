import AuthCore
import AuthTestSupport
import Testing

@Suite("KeySealer") struct KeySealerTests {
    private let old: (key: KeyEncryptionKey, record: KeyEncryptionKeyRecord)
    private let new: (key: KeyEncryptionKey, record: KeyEncryptionKeyRecord)
    private let sealer: KeySealer

    init() throws {
        old = try makeKeyEncryptionKey(Secret("old"), at: Sample.now)
        new = try makeKeyEncryptionKey(Secret("new"), at: Sample.now + .seconds(1))
        sealer = KeySealer(old.key)
    }

    @Test("opens what it sealed, and names the row of what it cannot open") func opens() throws {
        let sealed = try sealer.seal(TestKey.material(), id: KeyID(1))
        let stored = StoredKey(id: KeyID(1), sealed: sealed, exp: 0, lifecycle: nil)
        #expect(try sealer.open(stored).modulus == TestKey.material().modulus)
        #expect(throws: OperatorError.keyUnreadable(KeyID(2), .forged)) {
            try sealer.open(StoredKey(id: KeyID(2), sealed: sealed, exp: 0, lifecycle: nil))
        }
        #expect(throws: OperatorError.keyUnreadable(KeyID(1), .unknownFormat)) {
            try sealer.open(StoredKey(id: KeyID(1), sealed: [1, 2, 3], exp: 0, lifecycle: nil))
        }
    }

    @Test("does not answer from memory when the row is another one by now") func memoryIsOfThisRow() throws {
        _ = try sealer.seal(TestKey.material(0), id: KeyID(1))
        let other = try SealedKeyFormat.seal(TestKey.material(1).withoutPrivateHalf, id: KeyID(1), under: old.key)
        let opened = try sealer.open(StoredKey(id: KeyID(1), sealed: other, exp: 0, lifecycle: nil))
        #expect(!opened.hasPrivateHalf)
        #expect(try opened.modulus == TestKey.material(1).modulus)
    }

    @Test("stays with its key while that is in force, or none is recorded") func stays() {
        #expect(sealer.follow([old.record]))
        #expect(sealer.follow([]))
        #expect(sealer.key.id == old.key.id)
    }

    @Test("goes over to the successor that was handed over, and opens both keys' rows no more and from now on")
    func follows() throws {
        let before = try SealedKeyFormat.seal(TestKey.material(0), id: KeyID(1), under: old.key)
        let after = try SealedKeyFormat.seal(TestKey.material(0), id: KeyID(1), under: new.key)
        var record = new.record
        record.handover = try SealedKeyFormat.sealHandover(of: new.key, under: old.key)
        #expect(sealer.follow([record]))
        #expect(sealer.key.id == new.key.id)
        #expect(try sealer.open(StoredKey(id: KeyID(1), sealed: after, exp: 0, lifecycle: nil)).hasPrivateHalf)
        #expect(throws: OperatorError.keyUnreadable(KeyID(1), .otherKeyEncryptionKey)) {
            try sealer.open(StoredKey(id: KeyID(1), sealed: before, exp: 0, lifecycle: nil))
        }
        #expect(sealer.follow([new.record]))
    }

    @Test("cannot follow without a handover, or with one that is not for it") func cannotFollow() throws {
        #expect(!sealer.follow([new.record]))
        var record = new.record
        record.handover = try SealedKeyFormat.sealHandover(of: new.key, under: new.key)
        #expect(!sealer.follow([record]))
        record.handover = [1, 2, 3]
        #expect(!sealer.follow([record]))
        #expect(sealer.key.id == old.key.id)
    }

    @Test("refuses to seal once its key was succeeded") func requireInForce() throws {
        try sealer.requireInForce([old.record])
        for records in [[new.record], [old.record, new.record], []] {
            #expect(throws: OperatorError.masterKeyChanged) {
                try sealer.requireInForce(records)
            }
        }
    }
}

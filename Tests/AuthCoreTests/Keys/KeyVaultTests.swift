import AuthCore
import AuthTestSupport
import Testing

@Suite("KeyVault") struct KeyVaultTests {
    private let old: (key: KeyEncryptionKey, record: KeyEncryptionKeyRecord)
    private let new: (key: KeyEncryptionKey, record: KeyEncryptionKeyRecord)
    private let vault: KeyVault

    init() throws {
        old = try makeKeyEncryptionKey(Secret("old"), at: Sample.now)
        new = try makeKeyEncryptionKey(Secret("new"), at: Sample.now + .seconds(1))
        vault = KeyVault(old.key)
    }

    @Test("opens what it sealed, and names the row of what it cannot open") func opens() throws {
        let sealed = try vault.seal(TestKey.material(), id: KeyID(1))
        let stored = StoredKey(id: KeyID(1), sealed: sealed, exp: 0, record: nil)
        #expect(try vault.open(stored).modulus == TestKey.material().modulus)
        #expect(throws: AuthError.keyUnreadable(KeyID(2), .forged)) {
            try vault.open(StoredKey(id: KeyID(2), sealed: sealed, exp: 0, record: nil))
        }
        #expect(throws: AuthError.keyUnreadable(KeyID(1), .unknownFormat)) {
            try vault.open(StoredKey(id: KeyID(1), sealed: [1, 2, 3], exp: 0, record: nil))
        }
    }

    @Test("does not answer from memory when the row is another one by now") func memoryIsOfThisRow() throws {
        _ = try vault.seal(TestKey.material(0), id: KeyID(1))
        let other = try KeyEnvelope.seal(TestKey.material(1).withoutPrivateHalf, id: KeyID(1), under: old.key)
        let opened = try vault.open(StoredKey(id: KeyID(1), sealed: other, exp: 0, record: nil))
        #expect(!opened.hasPrivateHalf)
        #expect(try opened.modulus == TestKey.material(1).modulus)
    }

    @Test("opens a key again after it forgot it") func forgets() throws {
        let sealed = try vault.seal(TestKey.material(), id: KeyID(1))
        vault.keepOnly([])
        #expect(try vault.open(StoredKey(id: KeyID(1), sealed: sealed, exp: 0, record: nil)).hasPrivateHalf)
    }

    @Test("stays with its key while that is in force, or none is recorded") func stays() {
        #expect(vault.follow([old.record]))
        #expect(vault.follow([]))
        #expect(vault.key.id == old.key.id)
    }

    @Test("goes over to the successor that was handed over, and opens both keys' rows no more and from now on")
    func follows() throws {
        let before = try KeyEnvelope.seal(TestKey.material(0), id: KeyID(1), under: old.key)
        let after = try KeyEnvelope.seal(TestKey.material(0), id: KeyID(1), under: new.key)
        var record = new.record
        record.handover = try KeyEnvelope.sealHandover(of: new.key, under: old.key)
        #expect(vault.follow([record]))
        #expect(vault.key.id == new.key.id)
        #expect(try vault.open(StoredKey(id: KeyID(1), sealed: after, exp: 0, record: nil)).hasPrivateHalf)
        #expect(throws: AuthError.keyUnreadable(KeyID(1), .otherKeyEncryptionKey)) {
            try vault.open(StoredKey(id: KeyID(1), sealed: before, exp: 0, record: nil))
        }
        #expect(vault.follow([new.record]))
    }

    @Test("cannot follow without a handover, or with one that is not for it") func cannotFollow() throws {
        #expect(!vault.follow([new.record]))
        var record = new.record
        record.handover = try KeyEnvelope.sealHandover(of: new.key, under: new.key)
        #expect(!vault.follow([record]))
        record.handover = [1, 2, 3]
        #expect(!vault.follow([record]))
        #expect(vault.key.id == old.key.id)
    }

    @Test("refuses to seal once its key was succeeded") func requireInForce() throws {
        try vault.requireInForce([old.record])
        for records in [[new.record], [old.record, new.record], []] {
            #expect(throws: AuthError.refused("the master key was changed: restart with the new NOT_MY_KEY")) {
                try vault.requireInForce(records)
            }
        }
    }
}

import AuthCore
import AuthSQL
import AuthTestSupport
import Testing

/// What the laws cannot see: in which way the statements are asked for.
@Suite("Statements") struct StatementTests {
    private let driver = RecordingDriver()

    @Test("a login waits for one answer, whether the account may still be used") func login() throws {
        let transaction = driver.transaction
        #expect(try transaction.recordLogin(of: 1, at: Sample.now))
        try transaction.append(AuthLogEntry(clientAddress: "192.0.2.1", moment: Sample.now, userID: 1))
        #expect(driver.calls == [.change("UPDATE users"), .run("INSERT auth_logs")])
    }

    @Test("a reservation waits for one answer, which decides") func reservation() throws {
        #expect(
            try driver.transaction.reserveSigning(under: KeyID(1), until: Sample.now, withdrawnAt: Sample.now))
        #expect(driver.calls == [.change("UPDATE key_states"), .run("UPDATE keys")])
    }

    @Test("whoever looks at the keys or changes them locks them first; whoever reserves does not") func locks() throws {
        let key = Sample.key(1, .active)
        let deciders: [(any WriteTransaction) throws -> Void] = [
            { _ = try $0.keys() }, { _ = try $0.keyEncryptionKeys() }, { _ = try? $0.nextKeyID() },
            { try $0.insert(key) }, { try $0.update(key) }, { try $0.deleteKey(key.id) },
            { try $0.insert(Sample.keyEncryptionKey(1)) }, { try $0.deleteKeyEncryptionKey(KeyEncryptionKeyID(1)) },
        ]
        for decide in deciders {
            let driver = RecordingDriver()
            try decide(driver.transaction)
            #expect(driver.calls.first == .lock(.keys))
        }
    }

    @Test("what overwrites a sealed key says so") func erasure() throws {
        try driver.transaction.insert(Sample.key(1, .active))
        #expect(!driver.calls.contains(.noteErasure))
        let overwriting: [(any WriteTransaction) throws -> Void] = [
            { try $0.update(Sample.key(1, .retired)) }, { try $0.deleteKey(KeyID(1)) },
            { try $0.deleteKeyEncryptionKey(KeyEncryptionKeyID(1)) },
        ]
        for overwrite in overwriting {
            let driver = RecordingDriver()
            try overwrite(driver.transaction)
            #expect(driver.calls.contains(.noteErasure))
        }
    }

    @Test("the steps of the schema have names of their own, in the order in which they are taken") func migrations() {
        let names = SchemaMigration.all.map(\.name)
        let numbers = names.compactMap { $0.split(separator: " ").first.flatMap { Int($0) } }
        #expect(numbers == numbers.sorted() && Set(numbers).count == names.count)
        #expect(SchemaMigration.all.allSatisfy { $0.sqlite != nil || $0.postgres != nil })
    }
}

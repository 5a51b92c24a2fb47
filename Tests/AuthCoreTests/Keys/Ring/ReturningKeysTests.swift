import AuthCore
import AuthTestSupport
import Testing

@Suite("ReturningKeys") struct ReturningKeysTests {
    @Test(
        "are those that verifiers would find in the JWK Set",
        arguments: [
            (.published, true), (.active, true), (.retired, true), (.revoked, false), (.expired, false),
        ] as [(KeyState, Bool)])
    func states(_ state: KeyState, _ returns: Bool) {
        let contents = KeyStoreContents(keys: [Sample.key(7, state)], keyEncryptionKeys: [])
        #expect(ReturningKeys(contents, at: Sample.now).ids == (returns ? [KeyID(7)] : []))
        #expect(ReturningKeys(contents, at: Sample.now).keys.map(\.state) == (returns ? [state] : []))
    }

    @Test("a retired key whose time is over is none of them") func over() {
        let contents = KeyStoreContents(keys: [Sample.key(7, .retired)], keyEncryptionKeys: [])
        #expect(ReturningKeys(contents, at: Sample.now + .seconds(1_000)).ids.isEmpty)
    }

    @Test(
        "a key of the original is one of them until its exp",
        arguments: [(-1, false), (0, false), (1, true)] as [(Int64, Bool)])
    func original(_ left: Int64, _ returns: Bool) {
        let key = StoredKey(id: KeyID(2), sealed: [], exp: Sample.now.seconds + left, lifecycle: nil)
        let returning = ReturningKeys(KeyStoreContents(keys: [key], keyEncryptionKeys: []), at: Sample.now)
        #expect(returning.ids == (returns ? [KeyID(2)] : []))
        #expect(returning.keys.allSatisfy { $0.state == nil })
    }
}

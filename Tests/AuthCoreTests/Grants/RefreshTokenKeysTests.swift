import AuthCore
import AuthTestSupport
import Testing

@Suite("The secret of refresh tokens") struct RefreshTokenKeysTests {
    private func rows(_ world: OAuthWorld) async throws -> [SealedTokenSecret] {
        try await world.store.read { transaction in try transaction.tokenSecrets() }
    }

    @Test("is made once by 20 servers that start together, and all have the same") func once() async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code")
        let all = (0..<20).map { _ in OAuthWorld.refreshKeys(world.signing) }
        await withTaskGroup { group in for keys in all { group.addTask { _ = await keys() } } }
        #expect(try await rows(world).map(\.id) == [1])
        let first = try await world.redeem("code", refreshKeys: all[0])
        for keys in all { _ = try await world.refresh(first.refreshToken, refreshKeys: keys) }
    }

    @Test("is sealed anew with the keys, and stays the same secret") func masterKey() async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code")
        let first = try await world.redeem("code")
        let before = try await rows(world)
        world.time.advance(by: .seconds(1))
        let rotate = RotateMasterKey(
            store: world.store, derivation: FakeKeyDerivation(), executor: ImmediateExecutor(), time: world.time)
        let old = KeySealer(world.signing.keys.keyEncryptionKey)
        _ = try await rotate(from: old, to: Secret("new"))
        let after = try await rows(world)
        #expect(after.map(\.id) == before.map(\.id) && after.map(\.createdAt) == before.map(\.createdAt))
        #expect(after != before)
        #expect(throws: OperatorError.self) { try old.open(after[0]) }
        #expect(old.follow(world.store.keyStoreContents.keyEncryptionKeys))
        let restarted = OAuthWorld.refreshKeys(world.signing, sealer: old)
        _ = try await world.refresh(first.refreshToken, refreshKeys: restarted)
        // A server that runs has it in memory.
        _ = try await world.refresh(first.refreshToken)
    }

    @Test("that is newer is what every token is handed out under from then on", arguments: ["app", "web"])
    func newer(_ client: String) async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code", for: client)
        let first = try await world.redeem("code", of: client)
        let sealer = KeySealer(world.signing.keys.keyEncryptionKey)
        try await world.store.write { transaction in
            _ = try transaction.insert(
                sealer.seal(tokenSecret: Array(repeating: 7 as UInt8, count: 32), id: 2, at: Sample.now))
        }
        let restarted = OAuthWorld.refreshKeys(world.signing)
        let second = try await world.refresh(first.refreshToken, of: client, refreshKeys: restarted)
        #expect(second.refreshToken != first.refreshToken)
        // Who knows the first secret alone cannot tell it.
        #expect(await tokenRefusal { _ = try await world.refresh(second.refreshToken, of: client) } == .invalidGrant)
        let third = try await world.refresh(second.refreshToken, of: client, refreshKeys: restarted)
        #expect((third.refreshToken == second.refreshToken) == (client == "web"))
    }

    @Test(
        "that was tampered with is one line for the operator; the rest goes on without",
        arguments: [
            "UPDATE token_secrets SET sealed = zeroblob(74)", "UPDATE token_secrets SET sealed = x'00'",
            "UPDATE token_secrets SET sealed = 'text'", "UPDATE token_secrets SET id = 2",
            "UPDATE token_secrets SET created_at = 'never'", "UPDATE token_secrets SET id = -1",
            "UPDATE token_secrets SET sealed = substr(sealed, 1, 73) || x'00'",
            "UPDATE token_secrets SET sealed = (SELECT key FROM keys LIMIT 1)", "DROP TABLE token_secrets",
        ])
    func tampering(_ sql: String) async throws {
        let world = try await OAuthWorld()
        _ = try await world.code("code")
        let first = try await world.redeem("code")
        let secret = try await rows(world)[0]
        try world.store.execute(sql)
        let keys = OAuthWorld.refreshKeys(world.signing)
        for _ in 0..<3 { #expect(await keys().isEmpty) }
        #expect(world.log.lines("nobody can refresh").count == 1)
        await #expect(throws: AuthError.unavailable("refresh tokens cannot be read")) {
            try await world.refresh(first.refreshToken, refreshKeys: keys)
        }
        _ = try await world.code("another")
        let without = try await world.redeem("another", refreshKeys: keys)
        #expect(without.refreshToken == nil && without.identityToken != nil && without.expiresIn == 3_600)
        guard !sql.hasPrefix("DROP") else { return }
        // Mended, it is found again without a new start.
        try world.store.execute("DELETE FROM token_secrets")
        _ = try await world.store.write { transaction in try transaction.insert(secret) }
        world.time.advance(by: .seconds(10))
        _ = try await world.refresh(first.refreshToken, refreshKeys: keys)
    }
}

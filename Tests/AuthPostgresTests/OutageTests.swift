import AuthCore
import AuthPostgres
import AuthTestSupport
import Testing

/// No PostgreSQL is needed for these: none is what they are about.
@Suite("PostgresStore: nobody answers") struct OutageTests {
    @Test("an open refuses in one line, without the password", .timeLimit(.minutes(1))) func opening() throws {
        let server = try SilentServer()
        let address = try #require(try PostgresAddress(url: "postgres://someone:hunter2@127.0.0.1:\(server.port)/db"))
        do {
            _ = try PostgresStore(address)
            Issue.record("nobody answered, and it opened")
        } catch let error as OperatorError {
            #expect(error.description.contains("127.0.0.1:\(server.port)"))
            #expect(!error.description.contains("hunter2"))
            #expect(!error.description.contains("\n"))
        }
    }

    @Test(
        "a PostgreSQL that freezes costs a deadline once, then nothing, and is back by itself", .timeLimit(.minutes(1)),
        .enabled(if: TestPostgres.isThere, TestPostgres.missing))
    func freeze() async throws {
        let schema = try TemporarySchema()
        let (proxy, store) = try Self.behindAProxy(schema)
        defer { store.close() }
        try await store.ping()

        proxy.freeze()
        let begin = ContinuousClock.now
        let first = await StoreLaw.inParallel(50) { _ in await failure { try await store.ping() } }
        #expect(first.allSatisfy { isUnavailable($0) })
        #expect(ContinuousClock.now - begin < .seconds(6))
        // Now it is known: whoever comes is told without waiting.
        let later = ContinuousClock.now
        for _ in 0..<1_000 { #expect(isUnavailable(await failure { try await store.write { _ in } })) }
        #expect(ContinuousClock.now - later < .seconds(1))

        proxy.thaw()
        let thawed = ContinuousClock.now
        while await failure(of: { try await store.ping() }) != nil, .now - thawed < .seconds(20) {
            try await Task.sleep(for: .milliseconds(20))
        }
        try await store.ping()
    }

    @Test(
        "a commit without an answer is reported as such, and not tried again", .timeLimit(.minutes(1)),
        .enabled(if: TestPostgres.isThere, TestPostgres.missing))
    func lostCommit() async throws {
        let schema = try TemporarySchema()
        let (proxy, store) = try Self.behindAProxy(schema)
        defer { store.close() }
        let entry = AuthLogEntry(clientAddress: "192.0.2.1", moment: Sample.now, userID: nil)
        let thrown = await failure(of: {
            try await store.write { transaction in
                try transaction.append(entry)
                _ = try transaction.keyPropagation()
                proxy.freeze()
            }
        })
        #expect("\(thrown as Any)".contains("whether the change was committed is not known"))
        proxy.thaw()
        try await Task.sleep(for: .milliseconds(500))
        // Late, it may have come through after all; never twice.
        let rows = try schema.sql("SELECT count(*) FROM auth_logs")
        #expect(rows == ["1"] || rows == ["0"])
    }

    private static func behindAProxy(_ schema: TemporarySchema) throws -> (FreezingProxy, PostgresStore) {
        let port = try #require(TestPostgres.port)
        let proxy = try FreezingProxy(to: port)
        let url = schema.url.replacing(":\(port)/", with: ":\(proxy.port)/")
        return (proxy, try PostgresStore(try #require(try PostgresAddress(url: url))))
    }

    private func isUnavailable(_ error: (any Error)?) -> Bool {
        if case .unavailable = error as? AuthError { true } else { false }
    }

    @Test("a URL tells host and database, never user or password") func description() throws {
        let address = try #require(
            try PostgresAddress(url: "postgres://someone:hunter2@db1,db2:5433/jwks?sslmode=require"))
        #expect(address.description.contains("db1,db2") && address.description.hasSuffix("database jwks"))
        #expect(address.holdsPassword)
        var dumped = ""
        dump(address, to: &dumped)
        #expect(!dumped.contains("hunter2") && !"\(address)".contains("someone"))
        #expect(try PostgresAddress(url: "postgres://someone@db1/jwks")?.holdsPassword == false)
        #expect(try PostgresAddress(url: "postgres://[::1/jwks") == nil)
        #expect(try PostgresAddress(url: "sqlite:file") == nil)
    }
}

private func failure(of body: () async throws -> Void) async -> (any Error)? {
    do {
        try await body()
        return nil
    } catch {
        return error
    }
}

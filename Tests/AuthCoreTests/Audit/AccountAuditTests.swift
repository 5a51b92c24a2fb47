import AuthCore
import AuthTestSupport
import Testing

@Suite("The audit log of accounts") struct AccountAuditTests {
    private let store = TestStore()
    private let time = ManualTimeSource()
    private let hasher = FakePasswordHasher()
    private static let root = AuditOrigin.operatingSystem("root")

    private func rows() -> [String] {
        store.auditLog.map { row in
            "\(row.actor ?? "") \(row.action ?? "") \(row.userID.map(String.init) ?? "nobody") \(row.username ?? "")"
        }
    }

    @Test("has a row for each account that is opened, by whom it is") func opened() async throws {
        let register = Register(store: store, hasher: hasher, time: time)
        _ = try await register(
            username: "jose\u{301}", email: nil, from: IPAddress(ipv4: 0xC000_0201), userAgent: "curl/8")
        _ = try await register.open(username: "bob", email: nil, by: Self.root)
        try await register.open(username: "carol", email: nil, password: Secret("a password"), by: Self.root)
        await #expect(throws: AuthError.usernameTaken) { try await register(username: "bob", email: nil) }
        #expect(
            rows() == [
                "caller register 1 jos\u{E9}", "os:root user.create 2 bob", "os:root user.create 3 carol",
            ])
        let first = try #require(store.auditLog.first)
        #expect(first.address == "192.0.2.1" && first.userAgent == "curl/8" && first.moment == time.now)
    }

    @Test("has a row for each change, and none where nothing changed") func changed() async throws {
        try await store.write { transaction in try transaction.insert(try Sample.user("alice")) }
        let disable = DisableUser(store: store, time: time, by: Self.root)
        #expect(try await disable(1))
        #expect(try await !disable(1))
        #expect(try await disable.undo(1))
        #expect(try await !disable.undo(1))
        let reset = ResetPassword(
            store: store, hasher: hasher, time: time, generatedMustChange: false, by: Self.root)
        _ = try await reset(1)
        await #expect(throws: OperatorError.self) { _ = try await reset(9) }
        let update = UpdateUser(store: store, time: time, by: Self.root)
        for (email, isNew) in [("a@b.example", true), ("a@b.example", false), ("", true), ("", false)] {
            #expect(try await update(1, email: email) == isNew)
        }
        await #expect(throws: AuthError.self) { _ = try await update(1, email: "nobody") }
        await #expect(throws: OperatorError.self) { _ = try await update(9, email: "a@b.example") }
        let signOut = SignOutEverywhere(store: store, time: time, by: Self.root)
        _ = try await signOut(1)
        await #expect(throws: OperatorError.self) { _ = try await signOut(9) }
        let delete = DeleteUser(store: store, time: time, by: Self.root)
        try await delete(1)
        await #expect(throws: OperatorError.self) { try await delete(1) }
        #expect(
            rows() == [
                "os:root user.disable 1 alice", "os:root user.enable 1 alice", "os:root user.reset_password 1 alice",
                "os:root user.update 1 alice", "os:root user.update 1 alice",
                "os:root user.sign_out_everywhere 1 alice", "os:root user.delete 1 alice",
            ])
    }
}

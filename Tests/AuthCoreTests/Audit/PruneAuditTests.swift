import AuthCore
import AuthTestSupport
import Testing

@Suite("PruneAudit") struct PruneAuditTests {
    private let store = TestStore()
    private let time = ManualTimeSource()
    private static let day: Duration = .seconds(86_400)

    private func prune(audit: Duration = .zero, authLogs: Duration = .zero) async throws -> Duration {
        let retention = AuditRetention(audit: audit, authLogs: authLogs)
        return try await PruneAudit(store: store, retention: retention, time: time)()
    }

    private func fill(_ count: Int64) async throws {
        let moment = time.now
        try await store.write { transaction in
            for number in 1...count {
                try transaction.append(AuditEvent(.login, by: .server, at: moment, userID: number))
                try transaction.append(AuthLogEntry(clientAddress: "192.0.2.1", moment: moment, userID: nil))
            }
        }
    }

    @Test("deletes what is older than wanted, step by step, and then rests") func steps() async throws {
        try await fill(Int64(AuditRetention.step) + 10)
        time.advance(by: Self.day)
        try await fill(3)
        #expect(try await prune(audit: Self.day) == PruningPace.rest, "what is exactly as old stays")
        time.advance(by: .milliseconds(1))
        #expect(try await prune(audit: Self.day) == PruningPace.pause)
        #expect(store.auditLog.count == 13)
        #expect(try await prune(audit: Self.day) == PruningPace.pause)
        #expect(store.auditLog.map(\.userID) == [1, 2, 3])
        #expect(try await prune(audit: Self.day) == PruningPace.rest)
        #expect(store.authLog.count == AuditRetention.step + 13, "the other log is kept for ever")
    }

    @Test("deletes from auth_logs only where that is wanted") func authLogs() async throws {
        try await fill(5)
        time.advance(by: Self.day + .seconds(1))
        try await fill(2)
        #expect(try await prune(authLogs: Self.day) == PruningPace.pause)
        #expect(store.authLog.count == 2)
        #expect(try await prune(authLogs: Self.day) == PruningPace.rest)
        #expect(store.auditLog.count == 7)
    }

    @Test("keeps everything for ever where nothing is wanted") func never() async throws {
        try await fill(2)
        time.advance(by: Self.day * 100_000)
        #expect(try await prune() == PruningPace.rest)
        #expect(store.auditLog.count == 2 && store.authLog.count == 2)
        #expect(!AuditRetention(audit: .zero, authLogs: .zero).isLimited)
        #expect(AuditRetention(audit: .zero, authLogs: .seconds(1)).isLimited)
    }
}

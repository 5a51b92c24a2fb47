import AuthCore
import AuthTestSupport
import Testing

@Suite("ReadAudit") struct ReadAuditTests {
    private let store = TestStore(runsBodiesTwice: false)
    private var read: ReadAudit { ReadAudit(store: store) }

    private func append(_ numbers: ClosedRange<Int64>) async throws {
        try await store.write { transaction in
            for number in numbers { try transaction.append(Sample.auditEvent(number)) }
        }
    }

    private func newest(limit: Int?, pages: Int = .max) async throws -> [Int64] {
        var (found, left): ([Int64], Int) = ([], pages)
        try await read.newest(AuditFilter(), limit: limit) { records in
            found += records.compactMap(\.userID)
            left -= 1
            return left > 0
        }
        return found
    }

    @Test("answers the newest, as many as wanted, while somebody wants them") func limits() async throws {
        try await append(1...2_500)
        #expect(try await newest(limit: 3) == [2_500, 2_499, 2_498])
        #expect(try await newest(limit: 1_001) == (1_500...2_500).reversed())
        #expect(try await newest(limit: nil) == (1...2_500).reversed())
        #expect(try await newest(limit: nil, pages: 1).count < 2_500)
    }

    @Test("knows an account by its stored name, and a deleted one by what that would be") func names() async throws {
        try await store.write { transaction in try transaction.insert(try Sample.user("jos\u{E9}")) }
        for name in ["jose\u{301}", "jos\u{E9}"] {
            #expect(try await read.storedName(of: name).utf8.elementsEqual("jos\u{E9}".utf8))
        }
        #expect(try await read.storedName(of: "rene\u{301}").utf8.elementsEqual("ren\u{E9}".utf8))
        #expect(try await read.storedName(of: String(repeating: "x", count: 999)).count == AuditEvent.longestText)
    }

    @Test("follows what comes, and nothing that was there") func follows() async throws {
        try await append(1...3)
        var tail = try await read.tail(AuditFilter(), uptime: .zero)
        #expect(try await read.news(AuditFilter(), &tail, uptime: .seconds(1)).isEmpty)
        try await append(4...5)
        #expect(try await read.news(AuditFilter(), &tail, uptime: .seconds(2)).map(\.userID) == [4, 5])
        #expect(try await read.news(AuditFilter(), &tail, uptime: .seconds(60)).isEmpty)
        var filter = AuditFilter()
        filter.client = "client-7"
        try await append(6...8)
        #expect(try await read.news(filter, &tail, uptime: .seconds(61)).map(\.userID) == [7])
    }
}

import AuthCore
import AuthTestSupport
import Testing

@Suite("AuditTail") struct AuditTailTests {
    private func records(_ numbers: [Int64]) -> [AuditRecord] {
        numbers.map { AuditRecord(Sample.auditEvent($0), number: $0) }
    }

    @Test("shows each row once, one that comes after a higher number too") func lateRows() {
        var tail = AuditTail(last: 10, known: [9, 10], uptime: .zero)
        #expect(tail.take(records([9, 10, 12]), last: 12, uptime: .seconds(1)).map(\.number) == [12])
        #expect(tail.take(records([9, 10, 11, 12]), last: 12, uptime: .seconds(2)).map(\.number) == [11])
        #expect(tail.take(records([8, 9, 10, 11, 12]), last: 12, uptime: .seconds(3)).map(\.number) == [8])
        #expect(tail.take(records([8, 9, 10, 11, 12]), last: 12, uptime: .seconds(4)).isEmpty)
    }

    @Test("passes over a number when a higher one has been there for a while, and no sooner") func settled() {
        var tail = AuditTail(last: 2_000, known: [], uptime: .zero)
        #expect(tail.after == 1_000)
        _ = tail.take([], last: 2_005, uptime: .seconds(3))
        _ = tail.take([], last: 2_005, uptime: .milliseconds(4_999))
        #expect(tail.after == 1_000)
        _ = tail.take([], last: 2_009, uptime: .seconds(5))
        #expect(tail.after == 2_000)
        _ = tail.take([], last: 2_009, uptime: .seconds(8))
        #expect(tail.after == 2_005)
        _ = tail.take([], last: 2_009, uptime: .seconds(60))
        #expect(tail.after == 2_009)
        // Everything was pruned.
        _ = tail.take([], last: 0, uptime: .seconds(61))
        #expect(tail.after == 2_009)
        #expect(tail.take(records([2_010]), last: 2_010, uptime: .seconds(62)).map(\.number) == [2_010])
    }
}

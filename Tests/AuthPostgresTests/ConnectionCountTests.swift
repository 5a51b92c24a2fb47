import AuthPostgres
import Testing

@Suite("ConnectionCount") struct ConnectionCountTests {
    private static let reason = "too many connections"

    /// Eight wanted, one there, seven tried for at once, of which so many are granted.
    private func count(granted: Int, events: inout [PostgresEvent]) -> ConnectionCount {
        var count = ConnectionCount(wanted: 8, open: 1)
        for _ in 1..<8 { #expect(count.begin(at: .zero) == nil) }
        for number in 1..<8 {
            let event = number <= granted ? count.opened(at: .zero) : count.refused(Self.reason, at: .zero)
            if let event { events.append(event) }
        }
        return count
    }

    @Test("a shortage is told once, when it is known how many there are", arguments: 0...7) func told(granted: Int) {
        var events: [PostgresEvent] = []
        let count = count(granted: granted, events: &events)
        #expect(count.open == granted + 1)
        #expect(events == (granted == 7 ? [] : [.shortage(open: granted + 1, wanted: 8, reason: Self.reason)]))
        #expect(count.standstill(at: .seconds(9)) == nil)
    }

    @Test("it is told, too, when the last answer is a good one") func lastIsGood() {
        var count = ConnectionCount(wanted: 3, open: 1)
        #expect(count.begin(at: .zero) == nil && count.begin(at: .zero) == nil)
        #expect(count.refused(Self.reason, at: .zero) == nil)
        #expect(count.opened(at: .zero) == .shortage(open: 2, wanted: 3, reason: Self.reason))
    }

    @Test("in a shortage one tries every five seconds; one success and the next tries at once; the end is told")
    func scout() {
        var events: [PostgresEvent] = []
        var count = count(granted: 5, events: &events)
        #expect(count.begin(at: .seconds(4)) == .seconds(1))
        #expect(count.begin(at: .seconds(5)) == nil)
        #expect(count.begin(at: .seconds(5)) != nil)
        #expect(count.refused(Self.reason, at: .seconds(5)) == nil)
        #expect(count.begin(at: .seconds(6)) == .seconds(4))
        #expect(count.begin(at: .seconds(10)) == nil)
        #expect(count.opened(at: .seconds(10)) == nil)
        #expect(count.begin(at: .seconds(10)) == nil)
        #expect(count.opened(at: .seconds(10)) == .complete(wanted: 8))
        // Another one later is news again.
        count.lost()
        #expect(count.begin(at: .seconds(20)) == nil)
        #expect(count.refused(Self.reason, at: .seconds(20)) == .shortage(open: 7, wanted: 8, reason: Self.reason))
    }

    @Test("without any connection one tries five times a second, and after a second nobody waits in vain")
    func none() {
        var count = ConnectionCount(wanted: 2, open: 1)
        count.lost()
        #expect(count.begin(at: .zero) == nil)
        #expect(count.refused(Self.reason, at: .zero) != nil)
        #expect(count.standstill(at: .milliseconds(900)) == nil)
        #expect(count.begin(at: .milliseconds(150)) == .milliseconds(50))
        #expect(count.begin(at: .milliseconds(200)) == nil)
        #expect(count.refused(Self.reason, at: .milliseconds(1_200)) == nil)
        #expect(count.standstill(at: .milliseconds(1_200)) == Self.reason)
        #expect(count.begin(at: .milliseconds(1_400)) == nil)
        #expect(count.standstill(at: .milliseconds(1_400)) == nil)
        #expect(count.opened(at: .milliseconds(1_500)) == nil)
        #expect(count.standstill(at: .seconds(9)) == nil)
    }

    @Test("a failure of another kind is no shortage, and no reason to try without a pause") func failure() {
        var count = ConnectionCount(wanted: 2, open: 0)
        #expect(count.begin(at: .zero) == nil && count.begin(at: .zero) == nil)
        count.failed(at: .zero)
        count.failed(at: .zero)
        #expect(count.standstill(at: .seconds(9)) == nil)
        #expect(count.begin(at: .milliseconds(150)) == .milliseconds(50))
        #expect(count.begin(at: .milliseconds(200)) == nil)
        #expect(count.opened(at: .milliseconds(200)) == nil)
    }
}

import AuthPostgres
import Testing

@Suite("PostgresStart") struct PostgresStartTests {
    private static let reason = "connection refused"

    private func failed(
        _ start: inout PostgresStart, at seconds: Double, mayPass: Bool = true, isShortage: Bool = false
    ) -> PostgresStart.Step {
        start.failed(reason: Self.reason, mayPass: mayPass, isShortage: isShortage, at: .seconds(seconds))
    }

    @Test("what may pass is waited for until the limit, never longer, and less often as time goes by") func pauses() {
        var start = PostgresStart(limit: .seconds(30))
        var now: Duration = .zero
        var pauses: [Duration] = []
        while case .again(let pause) = start.failed(
            reason: Self.reason, mayPass: true, isShortage: false, at: now)
        {
            pauses.append(pause)
            now += pause
        }
        #expect(now == .seconds(30))
        #expect(pauses.first == .milliseconds(100) && pauses.max() == .seconds(1))
        #expect(pauses.dropLast() == pauses.dropLast().sorted()[...])
    }

    @Test(
        "when it gives up",
        arguments: [
            // limit, second, may pass, is a shortage, gives up
            (30, 0.0, true, false, false), (30, 29.9, true, false, false), (30, 30.0, true, false, true),
            (30, 0.0, false, false, true), (0, 0.0, true, false, true), (0, 0.0, true, true, false),
            (0, 1.9, true, true, false), (0, 2.0, true, true, true), (0, 0.0, false, true, true),
            (1, 1.5, true, true, false),
        ])
    func givesUp(limit: Int, second: Double, mayPass: Bool, isShortage: Bool, expected: Bool) {
        var start = PostgresStart(limit: .seconds(limit))
        let step = failed(&start, at: second, mayPass: mayPass, isShortage: isShortage)
        #expect((step == .giveUp) == expected)
    }

    @Test("a wait has a line after a second, then one every ten, and one at its end") func lines() {
        var start = PostgresStart(limit: .seconds(30))
        _ = failed(&start, at: 0)
        var lines: [Int: PostgresEvent] = [:]
        for second in 0..<40 { lines[second] = start.line(at: .seconds(second)) }
        #expect(lines.keys.sorted() == [1, 11, 21])
        #expect(lines[11] == .waiting(reason: Self.reason, left: .seconds(19)))
        #expect(start.succeeded(at: .seconds(25)) == .arrived(after: .seconds(25)))
    }

    @Test("an attempt that does not end has a line, too") func silence() {
        var start = PostgresStart(limit: .seconds(30))
        let lines = (0..<30).filter { start.line(at: .seconds($0)) != nil }
        #expect(lines == [10, 20])
    }

    @Test("what passes within a second has none, nor has what is not waited for") func noLines() {
        var quick = PostgresStart(limit: .seconds(30))
        _ = failed(&quick, at: 0.1)
        #expect(quick.line(at: .milliseconds(900)) == nil)
        #expect(quick.succeeded(at: .milliseconds(950)) == nil)
        var command = PostgresStart(limit: .zero)
        _ = failed(&command, at: 0, isShortage: true)
        #expect(command.line(at: .seconds(1)) == nil && command.succeeded(at: .seconds(1)) == nil)
    }
}

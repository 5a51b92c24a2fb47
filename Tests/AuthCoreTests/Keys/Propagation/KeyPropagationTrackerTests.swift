import AuthCore
import AuthTestSupport
import Testing

@Suite("KeyPropagationTracker") struct VerifierTableTests {
    private let time = ManualTimeSource()
    private let table: KeyPropagationTracker

    init() { table = KeyPropagationTracker(time: time) }

    @Test("knows nothing before a key was shown") func empty() {
        table.note(address: address(1), userAgent: "a")
        #expect(table.propagation == nil)
    }

    @Test("counts who fetched since the newest key was published") func readiness() {
        table.show(newest: KeyID(1))
        for number in UInt64(1)...7 { table.note(address: address(number), userAgent: "a") }
        #expect(table.propagation == KeyPropagation(newest: KeyID(1), known: 7, aware: 7))
        time.advance(by: .seconds(10))
        table.show(newest: KeyID(2))
        #expect(table.propagation == KeyPropagation(newest: KeyID(2), known: 7, aware: 0))
        time.advance(by: .seconds(10))
        for number in UInt64(1)...6 { table.note(address: address(number), userAgent: "a") }
        // Shown again, it is no newer than it was.
        table.show(newest: KeyID(2))
        #expect(table.propagation == KeyPropagation(newest: KeyID(2), known: 7, aware: 6))
        #expect(table.propagation?.description == "6 of 7 known verifiers have key 2")
    }

    @Test("tells verifiers apart by address and User-Agent") func identity() {
        table.show(newest: KeyID(1))
        table.note(address: address(1), userAgent: "a")
        table.note(address: address(1), userAgent: "b")
        table.note(address: address(2), userAgent: "a")
        table.note(address: address(1), userAgent: "a")
        #expect(table.propagation?.known == 3)
    }

    @Test("forgets who has not asked for a day") func memory() {
        table.show(newest: KeyID(1))
        table.note(address: address(1), userAgent: "a")
        time.advance(by: .seconds(86_399))
        #expect(table.propagation?.known == 1)
        time.advance(by: .seconds(1))
        #expect(table.propagation?.known == 0)
    }

    @Test("is bounded: a flood of names pushes out no verifier that is known") func bound() {
        table.show(newest: KeyID(1))
        table.note(address: address(0), userAgent: String(repeating: "x", count: 100_000))
        for number in UInt64(1)...20_000 { table.note(address: address(number), userAgent: "flood") }
        #expect(table.propagation?.known == KeyPropagationTracker.capacity)
        time.advance(by: .seconds(86_399))
        table.note(address: address(0), userAgent: String(repeating: "x", count: 100_000))
        time.advance(by: .seconds(1))
        // The flood is over and makes room.
        table.note(address: address(1_000_000), userAgent: "late")
        #expect(table.propagation?.known == 2)
    }

    private func address(_ number: UInt64) -> RateLimitKey { RateLimitKey(high: 0, low: number) }
}

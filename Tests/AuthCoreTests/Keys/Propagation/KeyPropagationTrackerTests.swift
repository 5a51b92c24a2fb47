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

    @Test("one address counts for so many verifiers, whatever it calls itself") func namesOfAddress() {
        table.show(newest: KeyID(1))
        for number in 0..<4_300 { table.note(address: address(1), userAgent: "invented \(number)") }
        table.note(address: address(2), userAgent: "real")
        #expect(table.propagation?.known == KeyPropagationTracker.namesOfAddress + 2)
        // Who is known by name stays so.
        time.advance(by: .seconds(1))
        table.show(newest: KeyID(2))
        table.note(address: address(1), userAgent: "invented 0")
        table.note(address: address(2), userAgent: "real")
        #expect(table.propagation?.aware == 2)
    }

    @Test(
        "a block of addresses counts for so many, too",
        arguments: [
            (0..<256).map { RateLimitKey(high: 0, low: 0xFFFF_C633_6400 + $0) },
            (0..<65_536).map { RateLimitKey(high: 0x2001_0DB8_0007_0000 + $0, low: 0) },
        ])
    func namesOfBlock(_ addresses: [RateLimitKey]) {
        table.show(newest: KeyID(1))
        for address in addresses { for name in ["a", "b"] { table.note(address: address, userAgent: name) } }
        #expect(table.propagation?.known == KeyPropagationTracker.namesOfBlock + 1)
    }

    @Test("tells names apart by their first 128 bytes, whatever they are made of") func bytes() {
        table.show(newest: KeyID(1))
        let marks = String(repeating: "\u{300}\u{316}", count: 2_000)
        // Canonically the same, and other bytes.
        table.note(address: address(1), userAgent: "\u{E9}")
        table.note(address: address(1), userAgent: "e\u{301}")
        for number in 0..<1_000 { table.note(address: address(2), userAgent: "a" + marks + "\(number)") }
        #expect(table.propagation?.known == 3)
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

    private func address(_ number: UInt64) -> RateLimitKey {
        // Each in a block of its own.
        RateLimitKey(high: number << 16, low: 0)
    }
}

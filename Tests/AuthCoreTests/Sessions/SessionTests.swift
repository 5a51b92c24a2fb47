import AuthCore
import Testing

@Suite("Sessions") struct SessionTests {
    @Test("have ids that nobody guesses and no command takes for an option") func ids() {
        let ids = (0..<2_000).map { _ in Session.randomID() }
        #expect(Set(ids).count == ids.count && ids.allSatisfy { $0.utf8.count == 22 })
        #expect(ids.allSatisfy { !$0.hasPrefix("-") })
        // Of a free choice one in 64 begins with it.
        #expect(ids.contains { $0.dropFirst().hasPrefix("-") })
    }
}

import AuthCore
import AuthHTTP
import Testing

@Suite("The limit of connections")
struct ConnectionLimitTests {
    @Test("says once that it is reached, and once that there is room again", arguments: [1, 2, 8, 100])
    func notices(limit: Int) {
        var state = ConnectionLimit(limit)
        for number in 1...limit {
            #expect(state.room == limit - number + 1)
            #expect(state.began() == (number == limit ? .full : nil))
        }
        #expect(state.room == 0)
        // One goes, one comes: that is nothing new where there are more than a few.
        if limit > 8 {
            #expect(state.ended() == nil)
            #expect(state.room == 1)
            #expect(state.began() == nil)
        }
        let notices = (1...limit).compactMap { _ in state.ended() }
        #expect(notices == [.relieved])
        #expect(state.open == 0)
    }

    @Test("more than allowed, accepted in one go, leave no room and need none")
    func beyond() {
        var state = ConnectionLimit(1)
        #expect(state.began() == .full)
        #expect(state.began() == nil)
        #expect(state.room == 0)
        #expect(state.ended() == nil)
        #expect(state.ended() == .relieved)
    }

    @Test("there is room for one at least", arguments: [-1, 0, 1])
    func atLeastOne(limit: Int) { #expect(ConnectionLimit(limit).room == 1) }

    @Test("an address has so many places, and others have theirs", arguments: [1, 3])
    func share(perAddress: Int) throws {
        var state = ConnectionLimit(100, perAddress: perAddress)
        let (one, other) = (try #require(IPAddress("192.0.2.1")), try #require(IPAddress("192.0.2.2")))
        for _ in 1...perAddress { #expect(state.take(for: one.rateLimitKey) == true) }
        #expect(state.take(for: one.rateLimitKey) == false)
        #expect(state.take(for: other.rateLimitKey) == true)
        state.giveBack(from: one.rateLimitKey)
        #expect(state.take(for: one.rateLimitKey) == true)
        #expect(state.take(for: one.rateLimitKey) == false)
        // Nothing is kept of those that have gone.
        for _ in 1...perAddress { state.giveBack(from: one.rateLimitKey) }
        state.giveBack(from: other.rateLimitKey)
        state.giveBack(from: other.rateLimitKey)
        #expect(state.addresses == 0)
    }

    @Test(
        "an IPv6 /64 is one address, and IPv4 is itself however it is written",
        arguments: [
            ("2001:db8::1", "2001:db8::ffff:0:1", true), ("2001:db8::1", "2001:db8:0:1::1", false),
            ("192.0.2.1", "::ffff:192.0.2.1", true), ("192.0.2.1", "192.0.2.2", false),
        ])
    func blocks(first: String, second: String, isOne: Bool) throws {
        var state = ConnectionLimit(100, perAddress: 1)
        let (one, other) = (try #require(IPAddress(first)), try #require(IPAddress(second)))
        #expect(state.take(for: one.rateLimitKey) == true)
        #expect(state.take(for: other.rateLimitKey) == !isOne)
    }

    @Test("without a limit for each, one address may have all")
    func noShare() throws {
        var state = ConnectionLimit(10)
        let one = try #require(IPAddress("192.0.2.1"))
        for _ in 1...1_000 { #expect(state.take(for: one.rateLimitKey) == true) }
    }
}

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
}

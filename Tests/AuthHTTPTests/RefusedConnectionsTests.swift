import AuthHTTP
import NIOCore
import Testing

@Suite("Refused connections") struct RefusedConnectionsTests {
    @Test("are said a second after the first, and then once a minute, with their number")
    func reports() {
        var refused = RefusedConnections()
        let begin = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
        #expect(refused.add(at: begin) == .seconds(1))
        #expect(refused.add(at: begin + .milliseconds(500)) == nil)
        #expect(refused.report(at: begin + .seconds(1)) == 2)
        // Ten seconds later it is said in 51: a minute after the last time.
        #expect(refused.add(at: begin + .seconds(10)) == .seconds(51))
        for second in 11...60 { #expect(refused.add(at: begin + .seconds(Int64(second))) == nil) }
        #expect(refused.report(at: begin + .seconds(61)) == 51)
        // After a long silence it is news again.
        #expect(refused.add(at: begin + .hours(1)) == .seconds(1))
        #expect(refused.report(at: begin + .hours(1) + .seconds(1)) == 1)
    }
}

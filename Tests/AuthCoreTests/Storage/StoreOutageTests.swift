import AuthCore
import Testing

@Suite("StoreOutage") struct StoreOutageTests {
    typealias Access = StoreOutage.Access

    @Test("begins once and ends once, with the count of what failed between") func once() {
        var outage = StoreOutage()
        #expect(outage.isOver && outage.succeeded(.write, at: .seconds(0)) == nil)
        #expect(outage.failed(.write, reason: "full", at: .seconds(1)) == .began(reason: "full"))
        for _ in 0..<10 { #expect(outage.failed(.write, reason: "full", at: .seconds(2)) == nil) }
        #expect(!outage.isOver)
        #expect(outage.succeeded(.write, at: .seconds(3)) == nil)
        #expect(outage.succeeded(.look, at: .seconds(3)) == .ended(failures: 11, requests: 0, lasted: .seconds(2)))
        #expect(outage.isOver && outage.succeeded(.write, at: .seconds(4)) == nil)
        #expect(outage.failed(.read, reason: "gone", at: .seconds(5)) == .began(reason: "gone"))
    }

    @Test("a read does not show that writes succeed, a write shows both") func accesses() {
        var outage = StoreOutage()
        _ = outage.failed(.write, reason: "full", at: .zero)
        #expect(outage.succeeded(.read, at: .seconds(9)) == nil && outage.succeeded(.look, at: .seconds(9)) == nil)
        #expect(!outage.isOver)
        _ = outage.failed(.read, reason: "gone", at: .zero)
        #expect(outage.succeeded(.look, at: .seconds(9)) == nil)
        #expect(outage.succeeded(.write, at: .seconds(9)) == .ended(failures: 2, requests: 0, lasted: .seconds(9)))
    }

    @Test("a store that fails now and then is in one outage") func flapping() {
        var outage = StoreOutage()
        _ = outage.failed(.read, reason: "busy", at: .seconds(1))
        #expect(outage.succeeded(.look, at: .milliseconds(1_999)) == nil)
        #expect(outage.failed(.read, reason: "busy", at: .milliseconds(1_999)) == nil)
        #expect(outage.succeeded(.look, at: .milliseconds(2_998)) == nil)
        let end = outage.succeeded(.look, at: .milliseconds(2_999))
        #expect(end == .ended(failures: 2, requests: 0, lasted: .milliseconds(1_999)))
    }

    @Test("counts the requests of each outage by themselves") func requests() {
        var outage = StoreOutage()
        for number in 1...3 {
            let start: Duration = .seconds(number * 100)
            _ = outage.failed(.look, reason: "gone", at: start)
            for _ in 0..<number {
                _ = outage.failed(.write, reason: "gone", endsRequest: true, at: start + .seconds(1))
            }
            _ = outage.succeeded(.write, at: start + .seconds(5))
            let end = outage.succeeded(.look, at: start + .seconds(5))
            #expect(end == .ended(failures: number + 1, requests: number, lasted: .seconds(5)))
        }
    }

    @Test(
        "ends when what failed succeeds, not when something else does", arguments: [Access.read, .write, .look, .probe])
    func others(_ failing: Access) {
        var outage = StoreOutage()
        _ = outage.failed(failing, reason: "no such table", at: .zero)
        let proof: Access = failing == .look ? .look : failing == .probe ? .probe : .write
        for other in [Access.read, .write, .look, .probe] where other != .look && other != proof {
            let event = outage.succeeded(other, at: .seconds(9))
            #expect(event == nil, "after \(other)")
        }
        #expect(!outage.isOver)
        _ = outage.succeeded(proof, at: .seconds(9))
        _ = outage.succeeded(.look, at: .seconds(9))
        #expect(outage.isOver)
    }
}

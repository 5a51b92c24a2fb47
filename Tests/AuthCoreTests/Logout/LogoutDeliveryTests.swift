import AuthCore
import AuthTestSupport
import Testing

@Suite("What becomes of a delivery") struct LogoutDeliveryTests {
    private func delivery(_ attempts: Int64) -> LogoutDelivery {
        LogoutDelivery(
            session: "s", client: Sample.app, user: 1, createdAt: Sample.now, attempts: attempts, nextAt: nil,
            failure: nil)
    }

    @Test("only 200 and 204 are done", arguments: [199, 200, 201, 202, 204, 302, 303, 307, 400, 404, 500, 501])
    func status(_ status: Int) {
        let step = delivery(1).step(after: .success(OutgoingAnswer(status: status)), at: Sample.now, share: 0.5)
        guard status != 200 && status != 204 else {
            #expect(step == .delivered)
            return
        }
        #expect(step == .again(at: Sample.now + .seconds(5), failure: "status \(status)"))
    }

    @Test("every other failure is told in its word", arguments: OutgoingFailure.allCases)
    func failure(_ failure: OutgoingFailure) {
        #expect(
            delivery(1).step(after: .failure(failure), at: Sample.now, share: 0.5)
                == .again(at: Sample.now + .seconds(5), failure: failure.rawValue))
    }

    @Test(
        "the pauses double up to an hour, a quarter more or less",
        arguments: [
            (1, 0.0, 3_750), (1, 1.0, 6_250), (2, 0.5, 10_000), (5, 0.5, 80_000), (10, 0.5, 2_560_000),
            (11, 0.5, 3_600_000), (40, 0.5, 3_600_000), (.max, 1.0, 4_500_000), (0, 0.5, 5_000),
        ] as [(Int64, Double, Int64)])
    func pauses(_ attempts: Int64, _ share: Double, _ milliseconds: Int64) {
        #expect(
            delivery(attempts).step(after: .failure(.timeout), at: Sample.now, share: share)
                == .again(at: Sample.now + .milliseconds(milliseconds), failure: "timeout"))
    }

    @Test("after 24 hours it is given up, and done all the same if it was") func end() {
        let last = Sample.now + LogoutDelivery.longest - .seconds(5)
        #expect(delivery(1).step(after: .failure(.tls), at: last, share: 0.5) == .givenUp(failure: "tls"))
        #expect(
            delivery(1).step(after: .failure(.tls), at: last - .milliseconds(1), share: 0.5)
                == .again(at: Sample.now + LogoutDelivery.longest - .milliseconds(1), failure: "tls"))
        #expect(
            delivery(1).step(after: .success(OutgoingAnswer(status: 204)), at: last, share: 0.5) == .delivered)
        #expect(!delivery(1).isOver(at: last) && delivery(1).isOver(at: last + .seconds(5)))
    }

    @Test("a client that fails for a day is tried some thirty times") func tries() {
        var (now, attempts) = (Sample.now, Int64(0))
        while attempts < 1_000 {
            attempts += 1
            guard
                case .again(let next, _) = delivery(attempts).step(
                    after: .failure(.unreachable), at: now, share: 0.5)
            else { break }
            now = next
        }
        #expect((30...40).contains(attempts), "\(attempts)")
    }
}

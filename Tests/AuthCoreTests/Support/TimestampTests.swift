import AuthCore
import Testing

@Suite("Timestamp") struct TimestampTests {
    @Test(
        "rounds to seconds downwards and upwards, before 1970 too",
        arguments: [
            (0, 0, 0), (1, 0, 1), (999, 0, 1), (1_000, 1, 1), (1_001, 1, 2), (1_999, 1, 2), (-1, -1, 0),
            (-999, -1, 0), (-1_000, -1, -1), (-1_001, -2, -1), (1_800_000_000_500, 1_800_000_000, 1_800_000_001),
        ] as [(Int64, Int64, Int64)])
    func seconds(_ milliseconds: Int64, _ down: Int64, _ up: Int64) {
        let moment = Timestamp(milliseconds: milliseconds)
        #expect(moment.seconds == down)
        #expect(moment.secondsRoundedUp == up)
    }

    @Test("adds and subtracts spans") func arithmetic() {
        let moment = Timestamp(seconds: 100)
        #expect(moment + .milliseconds(1_500) == Timestamp(milliseconds: 101_500))
        #expect(moment - .milliseconds(1_500) == Timestamp(milliseconds: 98_500))
        #expect(Timestamp(milliseconds: 101_500) - moment == .milliseconds(1_500))
        #expect(moment - Timestamp(milliseconds: 101_500) == .milliseconds(-1_500))
        #expect(moment < moment + .milliseconds(1))
    }

    @Test("ends at the first and the last moment there is, whatever is added") func bounds() {
        let (first, last) = (Timestamp(milliseconds: .min), Timestamp(milliseconds: .max))
        #expect(Timestamp(seconds: .max) == last)
        #expect(Timestamp(seconds: .min) == first)
        #expect(last + .seconds(1) == last && last - .seconds(-1) == last)
        #expect(first - .seconds(1) == first && first + .seconds(-1) == first)
        #expect(last + .seconds(Int64.max) == last && first - .seconds(Int64.max) == first)
        #expect(last - first == .milliseconds(Int64.max) && first - last == .milliseconds(Int64.min))
        for moment in [first, last] {
            #expect(moment.seconds / 1_000 == moment.milliseconds / 1_000_000)
            #expect(moment.secondsRoundedUp / 1_000 == moment.milliseconds / 1_000_000)
            #expect(!utcText(moment).isEmpty)
        }
        #expect(Duration.seconds(Int64.max).milliseconds == .max && Duration.seconds(Int64.min).nanoseconds == .min)
    }

    @Test(
        "a span is rounded towards zero in milliseconds and nanoseconds, upwards in seconds",
        arguments: [
            (.zero, 0, 0, 0), (.nanoseconds(1), 0, 1, 1), (.microseconds(999), 0, 999_000, 1),
            (.milliseconds(1), 1, 1_000_000, 1), (.seconds(1), 1_000, 1_000_000_000, 1),
            (.milliseconds(1_001), 1_001, 1_001_000_000, 2), (.milliseconds(-1), -1, -1_000_000, 0),
            (.milliseconds(-1_999), -1_999, -1_999_000_000, -1), (.seconds(-2), -2_000, -2_000_000_000, -2),
            (Duration(secondsComponent: 0, attosecondsComponent: 1), 0, 0, 1),
        ] as [(Duration, Int64, Int64, Int64)])
    func spans(_ span: Duration, _ milliseconds: Int64, _ nanoseconds: Int64, _ secondsUp: Int64) {
        #expect(span.milliseconds == milliseconds)
        #expect(span.nanoseconds == nanoseconds)
        #expect(span.secondsRoundedUp == secondsUp)
    }

    @Test("the system's clocks go on, the wall clock in this century") func systemClocks() {
        let time = SystemTimeSource()
        let (now, uptime) = (time.now, time.uptime)
        #expect(now > Timestamp(seconds: 1_700_000_000))
        #expect(time.uptime >= uptime)
    }
}

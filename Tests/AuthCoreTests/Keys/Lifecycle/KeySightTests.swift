import AuthCore
import AuthTestSupport
import Testing

@Suite("KeySight: what a start may believe of the wall clock") struct KeySightTests {
    struct Start: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Seconds since the sight was noted: by the wall clock, and by the boot's; nil after another boot.
        let wall: Int64
        let boot: Int64?
        var isSynchronised = false
        /// How far the key had to be moved already.
        var before: Int64 = 0
        let expected: Int64?
    }

    @Test(
        "the correction is what cannot have passed",
        arguments: [
            Start(testDescription: "an hour ahead on the same boot", wall: 3_603, boot: 3, expected: 3_600),
            Start(testDescription: "an hour back on the same boot", wall: -3_597, boot: 3, expected: -3_600),
            Start(testDescription: "off for two days, same boot", wall: 172_800, boot: 172_800, expected: 0),
            Start(testDescription: "wrong before, and put right", wall: -3_590, boot: 10, before: 3_600, expected: 0),
            Start(
                testDescription: "same boot counts more than NTP", wall: 3_603, boot: 3, isSynchronised: true,
                expected: 3_600),
            Start(testDescription: "booted anew, NTP", wall: 172_800, boot: nil, isSynchronised: true, expected: nil),
            Start(testDescription: "booted anew, no NTP", wall: 172_800, boot: nil, expected: 172_800),
            Start(testDescription: "booted anew, back", wall: -86_400, boot: nil, expected: -86_400),
            Start(testDescription: "booted anew, quickly", wall: 299, boot: nil, before: 60, expected: 60),
            Start(testDescription: "ten thousand years", wall: 315_360_000_000, boot: nil, expected: 315_360_000_000),
        ])
    func verdict(_ start: Start) {
        let noted = KeySight(
            id: KeyID(3), state: .published, correction: .seconds(start.before), notedAt: Sample.now,
            boot: BootReading(boot: "first", uptime: .seconds(1_000)))
        let reading = BootReading(
            boot: start.boot == nil ? "second" : "first", uptime: .seconds(1_000 + (start.boot ?? 0)),
            isSynchronised: start.isSynchronised)
        let verdict = KeySight.verdict([noted], at: Sample.now + .seconds(start.wall), boot: reading)
        #expect(verdict?.correction == start.expected.map { .seconds($0) })
        #expect(KeySight.verdict([], at: Sample.now, boot: reading) == nil)
    }
}

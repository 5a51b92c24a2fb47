import AuthServer
import Testing

@Suite("A time in a setting") struct DurationTextTests {
    @Test(
        "has a unit, or is in seconds",
        arguments: [
            ("0", 0), ("90", 90), ("90s", 90), ("15m", 900), ("24h", 86_400), ("30d", 2_592_000),
            ("36500d", 3_153_600_000), ("3153600000", 3_153_600_000),
        ] as [(String, Int64)])
    func read(_ text: String, _ seconds: Int64) { #expect(Duration(settingText: text) == .seconds(seconds)) }

    @Test(
        "is nothing else",
        arguments: [
            "", "s", "1y", "1 h", "1.5h", "-1", "-1s", "soon", "1h30m", "36501d", "3153600001", "9223372036854775808",
        ])
    func refused(_ text: String) { #expect(Duration(settingText: text) == nil) }

    @Test(
        "is written in the largest unit without a remainder",
        arguments: [
            (.seconds(0), "0s"), (.seconds(59), "59s"), (.seconds(60), "1m"), (.seconds(659), "659s"),
            (.seconds(5_400), "90m"), (.seconds(86_400), "1d"), (.seconds(90_000), "25h"), (.milliseconds(1_500), "2s"),
        ] as [(Duration, String)])
    func written(_ span: Duration, _ text: String) { #expect(span.settingText == text) }
}

import AuthCore
import Foundation
import Testing

@Suite("utcText") struct UTCTextTests {
    @Test(
        "writes known moments",
        arguments: [
            (0, "1970-01-01 00:00:00"), (-1, "1969-12-31 23:59:59"), (86_399, "1970-01-01 23:59:59"),
            (86_400, "1970-01-02 00:00:00"), (951_782_399, "2000-02-28 23:59:59"),
            (951_782_400, "2000-02-29 00:00:00"), (951_868_800, "2000-03-01 00:00:00"),
            (1_709_164_800, "2024-02-29 00:00:00"), (1_709_251_199, "2024-02-29 23:59:59"),
            (1_709_251_200, "2024-03-01 00:00:00"), (1_735_689_599, "2024-12-31 23:59:59"),
            (1_700_000_000, "2023-11-14 22:13:20"), (2_147_483_648, "2038-01-19 03:14:08"),
            // 2100 is no leap year.
            (4_107_542_399, "2100-02-28 23:59:59"), (4_107_542_400, "2100-03-01 00:00:00"),
            (4_102_444_800, "2100-01-01 00:00:00"), (253_402_300_799, "9999-12-31 23:59:59"),
            (-62_135_596_800, "0001-01-01 00:00:00"),
        ] as [(Int64, String)])
    func known(_ seconds: Int64, _ text: String) { #expect(utcText(Timestamp(seconds: seconds)) == text) }

    @Test("drops what is less than a second, towards the past") func fractions() {
        #expect(utcText(Timestamp(milliseconds: 999)) == "1970-01-01 00:00:00")
        #expect(utcText(Timestamp(milliseconds: -1)) == "1969-12-31 23:59:59")
    }

    @Test("agrees with another calendar on every day from 1900 to 2200") func everyDay() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        func padded(_ number: Int?, _ width: Int) -> String {
            let digits = String(number ?? 0)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        // A day and a second at a time, so that the hours and minutes come round too.
        for seconds in stride(from: Int64(-2_208_988_800), to: 7_258_118_400, by: 86_401 * 5) {
            let date = Date(timeIntervalSince1970: Double(seconds))
            let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
            let text =
                "\(padded(parts.year, 4))-\(padded(parts.month, 2))-\(padded(parts.day, 2)) "
                + "\(padded(parts.hour, 2)):\(padded(parts.minute, 2)):\(padded(parts.second, 2))"
            #expect(utcText(Timestamp(seconds: seconds)) == text)
        }
    }
}

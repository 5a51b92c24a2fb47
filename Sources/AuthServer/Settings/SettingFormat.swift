import AuthCore

/// How the text of a setting is read: a value, or what to write instead.
package struct SettingFormat<Value>: Sendable {
    /// What an operator is to write instead; follows the name and the text in the error.
    struct Remedy: Error {
        let text: String
    }

    let parse: @Sendable (String) -> Result<Value, Remedy>

    init(_ parse: @escaping @Sendable (String) -> Result<Value, Remedy>) { self.parse = parse }

    /// A format of which there is one thing to say: `remedy`, where `parse` answers nil.
    init(remedy: String, _ parse: @escaping @Sendable (String) -> Value?) {
        self.init { text in parse(text).map { .success($0) } ?? .failure(Remedy(text: remedy)) }
    }

    /// One of a few words, in upper or lower case.
    static func choice(_ choices: [(word: String, value: Value)]) -> Self where Value: Sendable {
        Self(remedy: "choose one of \(choices.map(\.word).joined(separator: ", "))") { text in
            choices.first { $0.word == text.lowercased() }?.value
        }
    }
}

extension SettingFormat where Value == String {
    /// Any text but none.
    static var text: Self {
        Self(remedy: "give it a value or leave it out") { $0.isEmpty ? nil : $0 }
    }
}

extension SettingFormat where Value == Int {
    static func integer(_ range: ClosedRange<Int>) -> Self {
        Self(remedy: "give a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        }
    }
}

extension SettingFormat where Value == Duration {
    /// More than nothing.
    static var duration: Self { span(from: .seconds(1)) }

    static var durationOrZero: Self { span(from: .zero) }

    /// Nothing, or no more than `longest`.
    static func duration(upTo longest: Duration) -> Self {
        Self(remedy: "give a time from 0s to \(longest.settingText)") { text in
            Duration(settingText: text).flatMap { $0 <= longest ? $0 : nil }
        }
    }

    private static func span(from least: Duration) -> Self {
        Self(remedy: "give a time such as 90s, 15m, 24h or 30d") { text in
            Duration(settingText: text).flatMap { $0 >= least ? $0 : nil }
        }
    }
}

extension Duration {
    private static let units: [(letter: Character, seconds: Int64)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]
    private static let longestSeconds: Int64 = 3_153_600_000

    /// `90s`, `15m`, `24h`, `30d`, or a bare number of seconds; nil for anything else or more than 100 years.
    package init?(settingText text: String) {
        let unit = Self.units.first { $0.letter == text.last }
        let digits = unit == nil ? text : String(text.dropLast())
        guard let number = Int64(digits), (0...Self.longestSeconds).contains(number) else { return nil }
        let seconds = number * (unit?.seconds ?? 1)
        guard seconds <= Self.longestSeconds else { return nil }
        self = .seconds(seconds)
    }

    /// As a setting would be written, in the largest unit without a remainder; part of a second counts as a whole one.
    package var settingText: String {
        let seconds = secondsRoundedUp
        for unit in Self.units where seconds >= unit.seconds && seconds % unit.seconds == 0 {
            return "\(seconds / unit.seconds)\(unit.letter)"
        }
        return "\(seconds)s"
    }
}

package import AuthCore

/// What `keys rotate` answers.
package struct RotationReport: CommandReport {
    private let next: KeyLifecycle
    private let activatesAt: Timestamp
    private let now: Timestamp

    /// - Parameters:
    ///   - next: the key that is to sign.
    ///   - activatesAt: when it does; `now` when it does already.
    package init(next: KeyLifecycle, activatesAt: Timestamp, now: Timestamp) {
        self.next = next
        self.activatesAt = activatesAt
        self.now = now
    }

    /// One line: which key signs, and from when on.
    package var lines: [String] {
        guard activatesAt != now else {
            return ["key \(next.id) signs from now on: it had been published long enough"]
        }
        return [
            "key \(next.id) signs from \(utcText(activatesAt)) UTC on, in \(span(activatesAt - now)):"
                + " it is in the JWK Set since \(utcText(next.publishedAt)), and every verifier gets its time"
        ]
    }

    /// Rounded up to what a person reads at a glance: seconds below two minutes, minutes below two hours, hours.
    private func span(_ duration: Duration) -> String {
        let seconds = duration.secondsRoundedUp
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\((seconds + 59) / 60) min"
        default: "\((seconds + 3_599) / 3_600) h"
        }
    }

    /// `{"kid":"…","activates_at":"…"}`.
    package var json: [(name: String, value: JSONValue)] {
        [("kid", .string(next.id.description)), ("activates_at", .moment(activatesAt))]
    }
}

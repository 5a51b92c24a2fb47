/// How long a JWK Set is believed, and how often it may be asked for.
package struct KeySetPolicy: Equatable, Sendable {
    /// After this share of its life a set is fetched anew, while nobody waits for it.
    package static let refreshAhead = 0.8
    /// How long a failed fetch says that the issuer cannot be reached. Longer than the longest pause and a deadline.
    package static let failureHolds: Duration = .seconds(60)
    private static let longestPause: Duration = .seconds(30)
    private static let usualLifetime: Duration = .seconds(300)

    /// Bounds of how long an answer is fresh.
    package var lifetimes: ClosedRange<Duration>
    /// How long after an attempt no unknown kid starts another.
    package var coolDown: Duration
    /// How long after its time a set may still be used.
    package var staleIfError: Duration
    /// How long a fetch may take.
    package var deadline: Duration

    /// These bounds.
    package init(
        lifetimes: ClosedRange<Duration>, coolDown: Duration, staleIfError: Duration, deadline: Duration
    ) {
        self.lifetimes = lifetimes
        self.coolDown = coolDown
        self.staleIfError = staleIfError
        self.deadline = deadline
    }

    /// How long an answer is fresh (RFC 9111 §4.2.1): its `max-age` less its `Age`, within bounds.
    package func lifetime(cacheControl: String?, age: String?) -> Duration {
        let wanted = cacheControl.map { Self.lifetime($0, age: age.flatMap { Self.seconds($0) } ?? .zero) }
        return min(max(wanted ?? Self.usualLifetime, lifetimes.lowerBound), lifetimes.upperBound)
    }

    private static func lifetime(_ cacheControl: String, age: Duration) -> Duration {
        var lifetime = usualLifetime
        for directive in cacheControl.lowercased().split(separator: ",") {
            let parts = directive.split(separator: "=", maxSplits: 1).map { $0.filter { !" \t\"".contains($0) } }
            switch parts.first {
            case "no-store", "no-cache": return .zero
            // One that cannot be read is over (§4.2.1).
            case "max-age": lifetime = (parts.count == 2 ? seconds(parts[1]) : nil).map { $0 - age } ?? .zero
            default: break
            }
        }
        return lifetime
    }

    /// Digits only; more than can be counted are a day, as is any number of days.
    private static func seconds(_ text: String) -> Duration? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return .seconds(min(Int64(text) ?? .max, 86_400))
    }

    /// 1, 2, 4 … 30 s, shortened by up to a half.
    package func pause(afterFailures failures: Int, jitter: Double) -> Duration {
        let pause = min(Self.longestPause, .seconds(1) * (1 << min(failures - 1, 5)))
        return pause * (1 - min(max(jitter, 0), 1) / 2)
    }
}

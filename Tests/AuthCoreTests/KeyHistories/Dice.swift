import AuthCore
import AuthTestSupport

/// Random numbers of one seed, and what they are used for.
struct Dice {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func random(_ range: ClosedRange<Int64>) -> Int64 { Int64.random(in: range, using: &generator) }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &generator) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element? { elements.randomElement(using: &generator) }

    /// A span up to `limit`; often short, sometimes all of it.
    mutating func span(upTo limit: Duration) -> Duration {
        let most = max(0, limit.milliseconds)
        return .milliseconds(chance(10) ? most : random(0...most))
    }

    /// Those beside RS256: mostly none.
    mutating func algorithms() -> Set<KeyAlgorithm> {
        Set([KeyAlgorithm.es256, .edDSA].filter { _ in chance(30) })
    }

    /// Any policy that a start would accept: from seconds to weeks, many at the very edge of what is accepted.
    mutating func policy() -> KeyPolicy {
        let isQuick = chance(50)
        let maxAge = isQuick ? seconds(1...3) : seconds(1...3_600)
        let skew = isQuick ? seconds(0...2) : seconds(0...300)
        let lifetime = isQuick ? seconds(1...5) : seconds(1...86_400)
        let ahead = maxAge * 2 + skew + surplus()
        return KeyPolicy(
            activePeriod: max(ahead, lifetime + skew) + surplus(), publishAhead: ahead, maxAge: maxAge,
            tokenLifetime: lifetime, clockSkew: skew)
    }

    private mutating func seconds(_ range: ClosedRange<Int64>) -> Duration { .seconds(random(range)) }

    private mutating func surplus() -> Duration {
        switch random(0...2) {
        case 0: .zero
        case 1: seconds(0...10)
        default: seconds(0...100_000)
        }
    }
}

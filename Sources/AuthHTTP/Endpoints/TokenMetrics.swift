import AuthCore
import Metrics

/// What is counted of the tokens of clients.
struct TokenMetrics: Sendable {
    private let tokens: [GrantType: [KeyAlgorithm: Counter]]

    init(_ factory: any MetricsFactory) {
        tokens = Dictionary(
            uniqueKeysWithValues: GrantType.allCases.map { grant in
                let counters = KeyAlgorithm.allCases.map { algorithm in
                    let kind = [("grant", grant.rawValue), ("alg", algorithm.rawValue)]
                    return (algorithm, Counter(label: "jwks_tokens_issued_total", dimensions: kind, factory: factory))
                }
                return (grant, Dictionary(uniqueKeysWithValues: counters))
            })
    }

    /// Counts one for each signature.
    func note(_ issued: IssuedTokens) {
        for algorithm in issued.algorithms { tokens[issued.way]?[algorithm]?.increment() }
    }
}

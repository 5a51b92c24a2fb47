import Metrics

/// What is counted, made once: a counter that is looked up for each token costs more than to read its claims.
struct VerifierMetrics: Sendable {
    let replaced: Counter
    let notModified: Counter
    let failed: Counter
    let stale: Counter
    let invalid: Counter
    let unavailable: Counter

    init(issuer: String) {
        func counter(_ name: String, _ dimensions: (String, String)...) -> Counter {
            Counter(label: "jwks_verifier_\(name)_total", dimensions: [("issuer", issuer)] + dimensions)
        }
        replaced = counter("fetches", ("outcome", "replaced"))
        notModified = counter("fetches", ("outcome", "not_modified"))
        failed = counter("fetches", ("outcome", "failed"))
        stale = counter("stale_keys_used")
        invalid = counter("refusals", ("reason", "invalid_token"))
        unavailable = counter("refusals", ("reason", "keys_unavailable"))
    }
}

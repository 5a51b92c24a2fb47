package import AuthCore
package import Metrics

/// A ``Store`` of which is known how long the one behind it takes, and how often it fails.
package struct MeasuredStore: Store {
    private let store: any Store
    private let time: any TimeSource
    private let reads: Timer
    private let writes: Timer
    private let errors: Counter

    /// Measures `store`.
    package init(_ store: any Store, time: any TimeSource, metrics: any MetricsFactory) {
        func operation(_ name: String) -> Timer {
            Timer(label: "jwks_store_duration_seconds", dimensions: [("operation", name)], factory: metrics)
        }
        self.store = store
        self.time = time
        reads = operation("read")
        writes = operation("write")
        errors = Counter(label: "jwks_store_errors_total", factory: metrics)
    }

    /// As the store behind.
    package func read<Result: Sendable>(
        _ body: @escaping @Sendable (any ReadTransaction) throws -> Result
    ) async throws -> Result {
        try await measuring(reads) { try await store.read(body) }
    }

    /// As the store behind.
    package func write<Result: Sendable>(
        _ body: @escaping @Sendable (any WriteTransaction) throws -> Result,
        carriedOut: @escaping @Sendable (Result) -> Void
    ) async throws -> Result {
        try await measuring(writes) { try await store.write(body, carriedOut: carriedOut) }
    }

    /// As the store behind.
    package func ping() async throws { try await measuring(reads) { try await store.ping() } }

    /// What a body throws to change nothing, such as a taken name, is no error of the store.
    private func measuring<Result>(_ timer: Timer, _ work: () async throws -> Result) async throws -> Result {
        let start = time.uptime
        defer { timer.recordNanoseconds((time.uptime - start).nanoseconds) }
        do {
            return try await work()
        } catch AuthError.unavailable(let reason) {
            errors.increment()
            throw AuthError.unavailable(reason)
        } catch let error as OperatorError {
            errors.increment()
            throw error
        }
    }
}

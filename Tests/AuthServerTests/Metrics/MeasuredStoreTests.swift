import AuthCore
import AuthServer
import AuthTestSupport
import Testing

@Suite("A measured store") struct MeasuredStoreTests {
    private let time = ManualTimeSource()
    private let failing = FailingStore(TestStore(), runsBodiesTwice: false)
    private let metrics: PrometheusMetrics
    private let store: MeasuredStore

    init() {
        metrics = PrometheusMetrics(time: time)
        store = MeasuredStore(failing, time: time, metrics: metrics)
    }

    private func value(_ sample: String) -> String? {
        let lines = String(decoding: metrics.text(), as: UTF8.self).split(separator: "\n")
        return lines.first { $0.hasPrefix(sample + " ") }.map { String($0.dropFirst(sample.count + 1)) }
    }

    @Test("counts how long reads and writes take, each by itself") func durations() async throws {
        try await store.read { [time] _ in time.advance(by: .milliseconds(3)) }
        try await store.ping()
        try await store.write { [time] _ in time.advance(by: .milliseconds(20)) }
        for (sample, expected) in [
            (#"_count{operation="read"}"#, "2"), (#"_sum{operation="read"}"#, "0.003"),
            (#"_bucket{operation="read",le="0.0025"}"#, "1"), (#"_bucket{operation="read",le="0.005"}"#, "2"),
            (#"_count{operation="write"}"#, "1"),  // The store of the tests runs the body of a write twice.
            (#"_sum{operation="write"}"#, "0.04"),
        ] {
            #expect(value("jwks_store_duration_seconds" + sample) == expected)
        }
        #expect(value("jwks_store_errors_total") == "0")
    }

    @Test(
        "counts what only the store is to blame for, and passes everything on",
        arguments: [
            (AuthError.unavailable("gone"), 1), (OperatorError.damaged("a row"), 1), (AuthError.usernameTaken, 0),
            (AuthError.invalidCredentials, 0), (CancellationError(), 0),
        ] as [(any Error, Int)])
    func errors(_ error: any Error, _ counted: Int) async throws {
        await #expect { try await store.write { _ in throw error } } throws: { "\($0)" == "\(error)" }
        #expect(value("jwks_store_errors_total") == "\(counted)")
        failing.fail(with: error)
        await #expect { try await store.read { _ in } } throws: { "\($0)" == "\(error)" }
        await #expect { try await store.ping() } throws: { "\($0)" == "\(error)" }
        #expect(value("jwks_store_errors_total") == "\(3 * counted)")
        #expect(value(#"jwks_store_duration_seconds_count{operation="read"}"#) == "2")
    }
}

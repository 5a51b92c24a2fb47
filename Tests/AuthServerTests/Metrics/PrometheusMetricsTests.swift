import AuthServer
import AuthTestSupport
import Metrics
import Testing

@Suite("Metrics") struct PrometheusMetricsTests {
    private let metrics = PrometheusMetrics(time: ManualTimeSource())

    /// Of the metric with this name: all its lines.
    private func lines(_ name: String) -> [String] {
        let lines = String(decoding: metrics.text(), as: UTF8.self).split(separator: "\n").map(String.init)
        let first = lines.firstIndex { $0.hasPrefix("# HELP \(name) ") } ?? lines.endIndex
        let next = lines[first...].dropFirst().firstIndex { $0.hasPrefix("# HELP ") } ?? lines.endIndex
        return Array(lines[first..<next])
    }

    private func refusals(_ reason: String) -> Counter {
        Counter(label: "jwks_refused_total", dimensions: [("reason", reason)], factory: metrics)
    }

    @Test("that nobody counts are not there") func empty() {
        #expect(lines("jwks_refused_total").isEmpty && lines("process_open_fds").isEmpty)
        #expect(lines("jwks_scrape_duration_seconds").last == "jwks_scrape_duration_seconds 0")
    }

    @Test("have help and type once, and their series by label; who asks twice for one gets the same") func counters() {
        refusals("b").increment(by: 2)
        refusals("a").increment()
        refusals("b").increment()
        _ = refusals("c")
        #expect(
            lines("jwks_refused_total") == [
                "# HELP jwks_refused_total Requests and connections that were turned away, by the reason.",
                "# TYPE jwks_refused_total counter", #"jwks_refused_total{reason="a"} 1"#,
                #"jwks_refused_total{reason="b"} 3"#, #"jwks_refused_total{reason="c"} 0"#,
            ])
        #expect(metrics.text().last == 0x0A)
    }

    @Test(
        "escape their labels, and nothing else",
        arguments: [
            (#"a\b"#, #"a\\b"#), ("a\"b", #"a\"b"#), ("a\nb", #"a\nb"#), ("é{},=", "é{},="), ("\r\n", "\r\\n"),
        ]) func escaping(_ value: String, _ text: String)
    {
        refusals(value).increment()
        let text = "jwks_refused_total{reason=\"\(text)\"} 1"
        #expect(lines("jwks_refused_total").last.map { Array($0.utf8) } == Array(text.utf8))
    }

    @Test("are gauges that go up and down") func gauges() {
        let gauge = Meter(label: "jwks_connections", factory: metrics)
        for (change, value) in [
            ({ gauge.set(3) }, "3"), ({ gauge.increment(by: 0.25) }, "3.25"), ({ gauge.decrement(by: 4.25) }, "-1"),
            ({ gauge.set(1_800_000_000.5) }, "1800000000.5"), ({ gauge.set(Double.nan) }, "nan"),
        ] as [(() -> Void, String)] {
            change()
            #expect(lines("jwks_connections").last == "jwks_connections \(value)")
        }
    }

    @Test("are times by buckets that hold all smaller ones, of which the last has their number") func histograms() {
        let waits = Timer(label: "jwks_hash_wait_seconds", factory: metrics)
        for milliseconds: Int64 in [0, 5, 6, 5_000, 5_001] { waits.recordMilliseconds(milliseconds) }
        let text = lines("jwks_hash_wait_seconds").dropFirst()
        func bucket(_ limit: String, _ count: Int) -> String {
            "jwks_hash_wait_seconds_bucket{le=\"\(limit)\"} \(count)"
        }
        #expect(
            Array(text) == ["# TYPE jwks_hash_wait_seconds histogram", bucket("0.005", 2)]
                + ["0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5"].map { bucket($0, 3) }
                + [
                    bucket("5", 4), bucket("+Inf", 5), "jwks_hash_wait_seconds_sum 10.012",
                    "jwks_hash_wait_seconds_count 5",
                ])
    }

    @Test("are asked for at a scrape, and left out where there is no answer") func readings() {
        metrics.read { readings in
            readings["process_open_fds"] = 12
            readings["process_max_fds"] = nil
        }
        #expect(lines("process_open_fds").last == "process_open_fds 12")
        #expect(lines("process_max_fds").isEmpty)
    }

    @Test("lose nothing where many count at once") func atOnce() async {
        await withTaskGroup { group in
            for number in 0..<8 {
                group.addTask { [metrics] in
                    let counter = refusals("r")
                    let gauge = Meter(label: "jwks_connections", factory: metrics)
                    for _ in 0..<2_000 {
                        counter.increment()
                        gauge.increment(by: 1)
                    }
                    _ = refusals("\(number)")
                }
            }
        }
        #expect(lines("jwks_refused_total").last == #"jwks_refused_total{reason="r"} 16000"#)
        #expect(lines("jwks_refused_total").count == 2 + 9)
        #expect(lines("jwks_connections").last == "jwks_connections 16000")
    }
}

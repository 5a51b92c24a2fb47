// Metrics owns what is counted and measured of a running server, and how Prometheus reads it. It must not decide what is
// worth counting where: those who count hold handles and know no format.

package import AuthCore
package import Metrics
import Synchronization

/// All metrics of a server, each a row of ``MetricDefinition/all``: whoever counts has handles from here, and a scrape
/// reads them.
///
/// Counting is one atomic addition, without a lock or an allocation. The lock is for making handles and for a scrape to
/// learn which there are.
package final class PrometheusMetrics: MetricsFactory {
    private enum Value {
        case counter(CounterValue)
        case gauge(GaugeValue)
        case histogram(HistogramValue)

        init(_ kind: MetricDefinition.Kind) {
            self =
                switch kind {
                case .counter: .counter(CounterValue())
                case .gauge: .gauge(GaugeValue())
                case .histogram(let limits): .histogram(HistogramValue(limits: limits))
                }
        }
    }

    private struct Series {
        /// As they are written between the braces.
        let labels: String
        let value: Value
    }

    private struct State {
        /// Of each definition, in the order of their labels.
        var series = [[Series]](repeating: [], count: MetricDefinition.all.count)
        var readers: [@Sendable (inout [String: Double]) -> Void] = []
    }

    private static let places = Dictionary(
        uniqueKeysWithValues: MetricDefinition.all.enumerated().map { ($1.name, $0) })

    private let time: any TimeSource
    private let duration: GaugeValue
    private let state = Mutex(State())

    /// Without a series yet.
    package init(time: any TimeSource) {
        self.time = time
        duration = GaugeValue()
        read { [duration] readings in readings["jwks_scrape_duration_seconds"] = duration.value }
    }

    /// Has `reader` asked at each scrape for what nobody counts: it puts values without labels under the names of their
    /// definitions, and leaves out what there is not. It must not wait.
    package func read(_ reader: @escaping @Sendable (_ readings: inout [String: Double]) -> Void) {
        state.withLock { $0.readers.append(reader) }
    }

    // MARK: Handles

    /// A counter; the same for the same label and dimensions.
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard case .counter(let counter) = value(label, dimensions) else { Self.refuse(label) }
        return counter
    }

    /// A gauge; the same for the same label and dimensions.
    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        guard case .gauge(let gauge) = value(label, dimensions) else { Self.refuse(label) }
        return gauge
    }

    /// A histogram of seconds; the same for the same label and dimensions.
    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        guard case .histogram(let histogram) = value(label, dimensions) else { Self.refuse(label) }
        return histogram
    }

    /// There is no such metric: a gauge is a meter here, and what has a distribution is a time.
    package func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler { Self.refuse(label) }

    /// A series stays: a counter that began anew would be taken for one of a new process.
    package func destroyCounter(_ handler: any CounterHandler) {}

    /// A series stays.
    package func destroyMeter(_ handler: any MeterHandler) {}

    /// A series stays.
    package func destroyTimer(_ handler: any TimerHandler) {}

    /// There is none.
    package func destroyRecorder(_ handler: any RecorderHandler) {}

    private func value(_ name: String, _ dimensions: [(String, String)]) -> Value {
        guard let place = Self.places[name] else { Self.refuse(name) }
        let labels = PrometheusText.labels(dimensions)
        return state.withLock { state in
            let known = state.series[place]
            if let series = known.first(where: { $0.labels == labels }) { return series.value }
            let made = Value(MetricDefinition.all[place].kind)
            let next = known.firstIndex { $0.labels > labels } ?? known.endIndex
            state.series[place].insert(Series(labels: labels, value: made), at: next)
            return made
        }
    }

    /// Who counts and the definition do not agree: found by the first test that counts it.
    private static func refuse(_ name: String) -> Never {
        preconditionFailure("\(name) is no metric of this kind: see MetricDefinition.all")
    }

    // MARK: A scrape

    /// Everything, in the text format 0.0.4. Waits for nobody.
    package func text() -> [UInt8] {
        let start = time.uptime
        let (all, readers) = state.withLock { ($0.series, $0.readers) }
        var readings: [String: Double] = [:]
        for reader in readers { reader(&readings) }
        var text = PrometheusText()
        for (definition, series) in zip(MetricDefinition.all, all) {
            let reading = readings[definition.name]
            guard reading != nil || !series.isEmpty else { continue }
            text.begin(definition)
            if let reading { text.sample(definition.name, "", reading) }
            for series in series {
                switch series.value {
                case .counter(let counter): text.sample(definition.name, series.labels, counter.value)
                case .gauge(let gauge): text.sample(definition.name, series.labels, gauge.value)
                case .histogram(let histogram): text.histogram(definition.name, series.labels, histogram)
                }
            }
        }
        duration.set((time.uptime - start) / .seconds(1))
        return text.bytes
    }
}

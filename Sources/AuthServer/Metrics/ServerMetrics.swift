import AuthCore
import AuthHTTP
import AuthSodium
import Logging
import Metrics

/// What the server counts and measures, where a port for it is set; else nothing is.
struct ServerMetrics {
    /// For whoever counts.
    let factory: any MetricsFactory
    /// Told how long each hash waited.
    let hashWaited: @Sendable (Duration) -> Void
    private let reading: (address: MetricsSettings.Address, metrics: PrometheusMetrics)?
    private let time: any TimeSource

    init(_ settings: MetricsSettings, version: String, time: any TimeSource) {
        self.time = time
        guard let address = settings.address else {
            (factory, hashWaited, reading) = (NOOPMetricsHandler.instance, { _ in }, nil)
            return
        }
        let metrics = PrometheusMetrics(time: time)
        (factory, reading) = (metrics, (address, metrics))
        let waits = Timer(label: "jwks_hash_wait_seconds", factory: metrics)
        hashWaited = { wait in waits.recordNanoseconds(wait.nanoseconds) }
        Meter(label: "jwks_build_info", dimensions: [("version", version)], factory: metrics).set(1)
        let start = ProcessStatus.startTime(at: time.now)
        metrics.read { readings in
            let process = ProcessStatus.current
            readings["process_cpu_seconds_total"] = process?.cpuSeconds
            readings["process_resident_memory_bytes"] = process?.residentMemory
            readings["process_virtual_memory_bytes"] = process?.virtualMemory
            readings["process_open_fds"] = ProcessStatus.openFiles
            readings["process_max_fds"] = ProcessStatus.fileLimit
            readings["process_start_time_seconds"] = start
        }
    }

    /// `store`, with a watch on how long it takes.
    func measured(_ store: any Store) -> any Store {
        reading.map { MeasuredStore(store, time: time, metrics: $0.metrics) } ?? store
    }

    /// What is read off the parts of the server at each scrape.
    func read(
        workers: WorkerPool, keyRing: CurrentKeyRing, certificates: CertificateService?, log: LogWriter
    ) {
        reading?.metrics.read { readings in
            readings["jwks_hash_queue_length"] = Double(workers.hashQueueLength)
            readings["jwks_key_next_event_timestamp_seconds"] = keyRing.current?.setChangesAt?.fractionalSeconds
            readings["jwks_certificate_expiry_timestamp_seconds"] =
                certificates?.current.current.expires.fractionalSeconds
            readings["jwks_log_lines_lost_total"] = Double(log.lostLines)
        }
    }

    /// Where it can all be read; nil where nobody wants to.
    func listener(keyRing: CurrentKeyRing, logger: Logger) -> MetricsListener? {
        reading.map { MetricsListener($0.address, $0.metrics, keyRing: keyRing, time: time, logger: logger) }
    }
}

extension Timestamp {
    fileprivate var fractionalSeconds: Double { Double(milliseconds) / 1000 }
}

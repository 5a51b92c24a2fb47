/// What is to be known of a metric beside its values.
struct MetricDefinition: Sendable {
    enum Kind: Sendable {
        case counter, gauge
        /// - Parameter limits: of the buckets, in seconds, ascending.
        case histogram(limits: [Double])

        var text: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    let name: String
    let kind: Kind
    /// One line for who reads a scrape.
    let help: String

    init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    private static let requestLimits = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
    private static let waitLimits = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
    private static let ageLimits = [1, 5, 30, 60, 300, 1_800, 3_600, 21_600, 86_400, 604_800, 2_592_000] as [Double]
    private static let storeLimits = [0.0001, 0.00025] + requestLimits + [5]

    /// Every metric, in the order of a scrape. docs/operations.md has the same list.
    static let all = [
        MetricDefinition(
            "jwks_http_requests_total", .counter,
            "Answers, by the pattern of the path; what is not HTTP has the route and the method other."),
        MetricDefinition(
            "jwks_http_request_duration_seconds", .histogram(limits: requestLimits),
            "From the head of a request to its answer; documents that are answered from memory are not among them."),
        MetricDefinition("jwks_connections", .gauge, "Open connections."),
        MetricDefinition(
            "jwks_refused_total", .counter, "Requests and connections that were turned away, by the reason."),
        MetricDefinition("jwks_logins_total", .counter, "Passwords that POST /auth checked, by what came of it."),
        MetricDefinition("jwks_tokens_issued_total", .counter, "Tokens that were handed out."),
        MetricDefinition(
            "jwks_refresh_reuse_age_seconds", .histogram(limits: ageLimits),
            "How long ago refresh tokens had been replaced that came back and ended their grants."),
        MetricDefinition(
            "jwks_logout_deliveries_total", .counter, "Tries to tell clients that sessions ended, by what came of them."
        ),
        MetricDefinition(
            "jwks_hash_wait_seconds", .histogram(limits: waitLimits), "How long password hashes waited for a thread."),
        MetricDefinition("jwks_hash_queue_length", .gauge, "Callers that wait for a hashing thread."),
        MetricDefinition(
            "jwks_store_duration_seconds", .histogram(limits: storeLimits),
            "How long units of work on the database took, waits among them."),
        MetricDefinition(
            "jwks_store_errors_total", .counter,
            "Units of work that failed because the database did not answer or could not be read."),
        MetricDefinition(
            "jwks_key_next_event_timestamp_seconds", .gauge, "When the JWK Set changes next, by the schedule."),
        MetricDefinition(
            "jwks_certificate_expiry_timestamp_seconds", .gauge, "When the certificate of the port expires."),
        MetricDefinition("jwks_log_lines_lost_total", .counter, "Lines of the log that nobody took."),
        MetricDefinition("jwks_build_info", .gauge, "1, with the version of the server."),
        MetricDefinition("jwks_scrape_duration_seconds", .gauge, "How long writing the scrape before this one took."),
        MetricDefinition(
            "process_cpu_seconds_total", .counter, "Processor time of the process, in user and in system mode."),
        MetricDefinition("process_resident_memory_bytes", .gauge, "Memory of the process that is resident."),
        MetricDefinition("process_virtual_memory_bytes", .gauge, "Address space of the process."),
        MetricDefinition("process_open_fds", .gauge, "Open file descriptors."),
        MetricDefinition("process_max_fds", .gauge, "File descriptors that may be open."),
        MetricDefinition("process_start_time_seconds", .gauge, "When the process began."),
    ]
}

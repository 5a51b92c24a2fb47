import AuthCore
import HTTPTypes
import Metrics
import Synchronization

/// What is counted of requests and connections, by handles that are made once. What a label may be is decided here:
/// nothing that a caller can choose.
final class HTTPMetrics: Sendable {
    private struct Answers: Hashable {
        let route: String
        let method: String
        let status: Int
    }

    /// A path that is none of ours, a method that no path has, and what is not HTTP.
    private static let other = "other"
    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .delete, .patch, .options]
    /// As nginx has it: the client had closed its side, so that the status that was written says nothing.
    private static let clientGone = 499

    /// Open connections.
    let connections: Meter
    private let factory: any MetricsFactory
    private let durations: [String: Timer]
    private let refusals: [Refusal: Counter]
    private let answers = Mutex<[Answers: Counter]>([:])

    /// - Parameter routes: the labels of the rows of the table.
    init(_ factory: any MetricsFactory, routes: Set<String>) {
        self.factory = factory
        connections = Meter(label: "jwks_connections", factory: factory)
        durations = Dictionary(
            uniqueKeysWithValues: (routes.union([Self.other])).map { route in
                let label = "jwks_http_request_duration_seconds"
                return (route, Timer(label: label, dimensions: [("route", route)], factory: factory))
            })
        refusals = Dictionary(
            uniqueKeysWithValues: Refusal.allCases.map { refusal in
                let reason = ("reason", refusal.rawValue)
                return (refusal, Counter(label: "jwks_refused_total", dimensions: [reason], factory: factory))
            })
    }

    /// Notes an answer of the ordinary routes.
    /// - Parameters:
    ///   - route: nil for a path that is none of ours.
    ///   - error: why it is a refusal; nil where it is none.
    func note(
        _ method: HTTPRequest.Method, _ route: Route?, _ status: HTTPResponse.Status, _ error: RequestError?,
        took duration: Duration
    ) {
        let label = route?.label ?? Self.other
        var code = status.code
        if case .clientGone? = error { code = Self.clientGone }
        answers(label, method, code).increment()
        durations[label]?.recordNanoseconds(duration.nanoseconds)
        // A balancer that asks whether the server is ready is answered, not refused.
        guard let route, route.limit != nil || route.origins == .anyAsking, let refusal = error.flatMap(Refusal.init)
        else { return }
        note(refusal)
    }

    /// Notes a refusal.
    func note(_ refusal: Refusal) { refusals[refusal]?.increment() }

    /// Notes what was refused because it is not HTTP, or not to be read.
    func noteMalformed(_ status: Int = 400) { counter(Self.other, Self.other, status).increment() }

    /// What counts the answers with this status: for who answers so often that it has to be at hand.
    func answers(_ route: String, _ method: HTTPRequest.Method, _ status: Int) -> Counter {
        counter(route, Self.methods.contains(method) ? method.rawValue : Self.other, status)
    }

    private func counter(_ route: String, _ method: String, _ status: Int) -> Counter {
        answers.withLock { answers in
            let key = Answers(route: route, method: method, status: status)
            if let known = answers[key] { return known }
            let counter = Counter(
                label: "jwks_http_requests_total",
                dimensions: [("route", route), ("method", method), ("status", String(status))], factory: factory)
            answers[key] = counter
            return counter
        }
    }
}

/// Why somebody who asked for nothing wrong was turned away.
enum Refusal: String, CaseIterable {
    /// The client's address has used up its requests.
    case rateLimited = "rate_limited"
    /// Too many wrong passwords were tried for the account.
    case loginDelay = "login_delay"
    /// There was no capacity for a password hash in time.
    case overloaded
    /// The store did not answer, or there was no key.
    case unavailable
    /// The address has its share of the connections.
    case connections

    /// nil for what the caller can mend.
    init?(_ error: RequestError) {
        guard case .auth(let error) = error else { return nil }
        switch error {
        case .rateLimited(let refusal): self = refusal.limit.isOfAccount ? .loginDelay : .rateLimited
        case .overloaded: self = .overloaded
        case .unavailable: self = .unavailable
        default: return nil
        }
    }
}

import AuthCore
import AuthHTTP
import Logging
import Metrics
import ServiceLifecycle

/// Tells clients that sessions ended, for as long as the server runs: off the way of every request. What it is in the middle
/// of when it is stopped is tried by another server, or by the next.
struct LogoutService: Service {
    private let deliver: DeliverLogouts
    private let counters: [Counter]
    private let logger: Logger

    /// Of the server's own store and keys; nil where there are no clients to tell.
    init?(_ app: UnlockedApp, _ signer: TokenSigner, _ logger: Logger, metrics: any MetricsFactory) {
        let settings = app.settings
        guard settings.tokens.oauthObstacle == nil else { return nil }
        let http = GuardedHTTPClient(allowing: OutgoingAddresses(allowing: settings.sessions.logoutNetworks))
        deliver = DeliverLogouts(
            issuer: settings.tokens.issuer, store: app.store, signer: signer, http: http, time: app.time,
            logger: logger)
        counters = ["delivered", "failed", "given_up"].map { outcome in
            Counter(label: "jwks_logout_deliveries_total", dimensions: [("outcome", outcome)], factory: metrics)
        }
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                var isIdle = true
                do {
                    let outcome = try await deliver()
                    let counts = [outcome.delivered, outcome.failed, outcome.givenUp]
                    for (counter, count) in zip(counters, counts) where count > 0 { counter.increment(by: count) }
                    isIdle = counts.allSatisfy { $0 == 0 }
                    isFailing = false
                } catch is CancellationError {
                    break
                } catch AuthError.unavailable {
                    // The line is the store's.
                } catch {
                    if !isFailing {
                        logger.error("clients cannot be told of logouts", metadata: ["reason": "\(error)"])
                    }
                    isFailing = true
                }
                // What is due is taken without a pause.
                if isIdle { try? await Task.sleep(for: DeliverLogouts.rest) }
            }
        }
    }
}

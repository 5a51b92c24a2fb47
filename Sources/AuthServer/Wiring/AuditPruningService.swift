import AuthCore
import Logging
import ServiceLifecycle

/// Forgets old rows of the audit log for as long as the server runs. A store that does not answer is asked again later:
/// the line is the store's.
struct AuditPruningService: Service {
    private let prune: PruneAudit
    private let logger: Logger

    /// Nil where everything is kept for ever.
    init?(_ app: UnlockedApp, _ logger: Logger) {
        let retention = app.settings.audit.retention
        guard retention.isLimited else { return nil }
        prune = PruneAudit(store: app.store, retention: retention, time: app.time)
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                var pause = AuditRetention.rest
                do {
                    pause = try await prune()
                    isFailing = false
                } catch is CancellationError {
                    break
                } catch AuthError.unavailable {
                } catch {
                    if !isFailing {
                        logger.error("the audit log cannot be pruned", metadata: ["reason": "\(error)"])
                    }
                    isFailing = true
                }
                try? await Task.sleep(for: pause)
            }
        }
    }
}

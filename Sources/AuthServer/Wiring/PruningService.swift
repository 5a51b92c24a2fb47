import AuthCore
import Logging
import ServiceLifecycle

/// Forgets what is old for as long as the server runs. A store that does not answer is asked again later: the line is the
/// store's.
struct PruningService: Service {
    /// What is forgotten, for the log.
    private let what: String
    /// Takes a step, and says when the next is due.
    private let prune: @Sendable () async throws -> Duration
    private let logger: Logger

    private init(_ what: String, _ logger: Logger, _ prune: @escaping @Sendable () async throws -> Duration) {
        self.what = what
        self.prune = prune
        self.logger = logger
    }

    /// Of the audit log; nil where everything is kept for ever.
    static func audit(_ app: UnlockedApp, _ logger: Logger) -> PruningService? {
        let retention = app.settings.audit.retention
        guard retention.isLimited else { return nil }
        let prune = PruneAudit(store: app.store, retention: retention, time: app.time)
        return PruningService("the audit log", logger) { try await prune() }
    }

    /// Of what users gave clients.
    static func access(_ app: UnlockedApp, _ logger: Logger) -> PruningService {
        let prune = PruneAccess(store: app.store, time: app.time)
        return PruningService("sessions and grants", logger) { try await prune() }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var isFailing = false
            while !Task.isCancelled {
                var pause = PruningPace.rest
                do {
                    pause = try await prune()
                    isFailing = false
                } catch is CancellationError {
                    break
                } catch AuthError.unavailable {
                } catch {
                    if !isFailing {
                        logger.error(
                            "what is old cannot be deleted", metadata: ["of": "\(what)", "reason": "\(error)"])
                    }
                    isFailing = true
                }
                try? await Task.sleep(for: pause)
            }
        }
    }
}

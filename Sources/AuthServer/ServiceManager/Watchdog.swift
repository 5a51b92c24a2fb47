import Logging
import ServiceLifecycle

/// Tells the service manager again and again that the server is well, but only while each part that serves has just
/// answered: a server that hangs is then restarted, which it cannot do itself.
struct Watchdog: Service {
    /// A part that is asked.
    struct Part: Sendable {
        let name: String
        /// May take as long as the part does: no answer is a missing one.
        let answers: @Sendable () async -> Bool
    }

    let manager: ServiceManager
    let interval: Duration
    let parts: [Part]
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var missing: String?
            while !Task.isCancelled {
                let before = missing
                missing = await firstMissing()
                if missing == nil { await manager.isAlive() }
                if !Task.isCancelled, missing != before { tell(missing) }
                try? await Task.sleep(for: interval)
            }
        }
    }

    private func firstMissing() async -> String? {
        for part in parts {
            guard await part.answers() else { return part.name }
        }
        return nil
    }

    private func tell(_ missing: String?) {
        if let missing {
            logger.warning("the watchdog is not told that all is well", metadata: ["does_not_answer": "\(missing)"])
        } else {
            logger.notice("the watchdog is told again that all is well")
        }
    }
}

import AuthCore
import Logging
import Synchronization

/// Tells an operator that requests are refused: a line when it begins and one when it is over, or one for a client, however
/// many requests it is.
final class RefusalLog: Sendable {
    private struct State {
        var overload = Overload()
        var clients = RefusedClients()
    }

    private static let betweenLooks: Duration = .seconds(1)
    private let time: any TimeSource
    private let logger: Logger
    private let state = Mutex(State())

    init(time: any TimeSource, logger: Logger) {
        self.time = time
        self.logger = logger
    }

    /// Notes why a request was refused.
    func note(_ error: RequestError, of client: IPAddress?) {
        let now = time.uptime
        switch error {
        case .auth(.overloaded): tell(state.withLock { $0.overload.refused(at: now) })
        case .auth(.rateLimited(let refusal)):
            guard let client else { return }
            switch state.withLock({ $0.clients.refused(client.rateLimitKey, at: now) }) {
            case .client:
                logger.notice(
                    "rate limit reached", metadata: ["client": "\(client)", "limit": "\(refusal.limit.name)"])
            case .more:
                logger.notice(
                    "rate limit reached by more clients than are named",
                    metadata: ["named": "\(RefusedClients.mostNamed)"])
            case nil: break
            }
        default: break
        }
    }

    /// Looks once a second whether what began is over; ends when the task is cancelled.
    func watch() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.betweenLooks)
            let now = time.uptime
            tell(state.withLock { $0.overload.look(at: now) })
        }
    }

    private func tell(_ event: Overload.Event?) {
        switch event {
        case .began: logger.warning("more passwords than can be hashed in time: requests are refused")
        case .ended(let refused, let lasted):
            logger.notice(
                "passwords are hashed in time again",
                metadata: ["requests": "\(refused)", "lasted_ms": "\(lasted.milliseconds)"])
        case nil: break
        }
    }
}

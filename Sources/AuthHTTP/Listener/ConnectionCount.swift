import Logging
import Synchronization

/// The ``ConnectionLimit`` that all event loops share.
final class ConnectionCount: Sendable {
    private let state: Mutex<ConnectionLimit>
    private let logger: Logger

    init(limit: Int, logger: Logger) {
        state = Mutex(ConnectionLimit(limit))
        self.logger = logger
    }

    var limit: Int { state.withLock { $0.limit } }

    var room: Int { state.withLock { $0.room } }

    func began() {
        let (notice, state) = state.withLock { ($0.began(), $0) }
        tell(notice, state)
    }

    func ended() {
        let (notice, state) = state.withLock { ($0.ended(), $0) }
        tell(notice, state)
    }

    private func tell(_ notice: ConnectionLimit.Notice?, _ state: ConnectionLimit) {
        guard let notice else { return }
        let counts: Logger.Metadata = ["connections": "\(state.open)", "limit": "\(state.limit)"]
        switch notice {
        case .full:
            logger.warning(
                "no more connections: the longest idle make room, others wait; raise the limit of open files (ulimit -n)",
                metadata: counts)
        case .relieved: logger.info("there is room for connections again", metadata: counts)
        }
    }
}

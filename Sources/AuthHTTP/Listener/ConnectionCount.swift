import AuthCore
import Logging
import Metrics
import NIOCore
import Synchronization

/// The ``ConnectionLimit`` that all event loops share.
final class ConnectionCount: Sendable {
    let limit: Int
    private let perAddress: Int?
    private let state: Mutex<ConnectionLimit>
    private let trustedProxies: TrustedProxies
    private let logger: Logger
    private let metrics: HTTPMetrics

    init(
        _ limit: ConnectionLimit, _ trustedProxies: TrustedProxies, _ logger: Logger, _ metrics: HTTPMetrics
    ) {
        self.limit = limit.limit
        perAddress = limit.perAddress
        state = Mutex(limit)
        self.trustedProxies = trustedProxies
        self.logger = logger
        self.metrics = metrics
    }

    var room: Int { state.withLock { $0.room } }

    /// As whose a connection counts; nil where it counts as nobody's: without such a limit, and from a trusted proxy, which
    /// brings everybody's.
    func address(of channel: any Channel) -> RateLimitKey? {
        guard perAddress != nil, let peer = IPAddress(channel.remoteAddress), !trustedProxies.trusts(peer) else {
            return nil
        }
        return peer.rateLimitKey
    }

    /// Counts a connection that was accepted.
    /// - Returns: whether its address may have it. If not, it is one of all until it has ended from nil.
    func began(from address: RateLimitKey?) -> Bool {
        let (mayStay, notice, open) = state.withLock { state in
            defer { metrics.connections.set(state.open) }
            return (address.map { state.take(for: $0) } ?? true, state.began(), state.open)
        }
        if !mayStay { metrics.note(.connections) }
        tell(notice, open)
        return mayStay
    }

    func ended(from address: RateLimitKey?) {
        let (notice, open) = state.withLock { state in
            if let address { state.giveBack(from: address) }
            defer { metrics.connections.set(state.open) }
            return (state.ended(), state.open)
        }
        tell(notice, open)
    }

    private func tell(_ notice: ConnectionLimit.Notice?, _ open: Int) {
        guard let notice else { return }
        let counts: Logger.Metadata = ["connections": "\(open)", "limit": "\(limit)"]
        switch notice {
        case .full:
            logger.warning(
                "no more connections: the longest idle make room, others wait; raise their limit, or that of open files",
                metadata: counts)
        case .relieved: logger.info("there is room for connections again", metadata: counts)
        }
    }

    /// - Parameter address: one of those whose connections were refused.
    func tellRefused(_ number: Int, _ address: String) {
        logger.warning(
            "connections of an address that has its share were closed",
            metadata: ["count": "\(number)", "limit": "\(perAddress ?? 0)", "one_of_them": "\(address)"])
    }
}

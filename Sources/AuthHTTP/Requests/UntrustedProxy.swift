package import AuthCore
import Synchronization

/// Notices a proxy that nobody trusts: an `X-Forwarded-For` from an address of one's own network. All who come through it
/// share one limit, which an operator may not have meant.
package final class UntrustedProxy: Sendable {
    private let report: @Sendable (IPAddress) -> Void
    private let isReported = Atomic(false)

    /// - Parameter report: is told the first such peer, once.
    package init(report: @escaping @Sendable (_ peer: IPAddress) -> Void) { self.report = report }

    /// Looks at a request; costs one load once something was reported.
    func note(peer: IPAddress, isForwarded: Bool, _ trustedProxies: TrustedProxies) {
        guard isForwarded, !isReported.load(ordering: .relaxed), peer.isPrivate, !trustedProxies.trusts(peer),
            !isReported.exchange(true, ordering: .relaxed)
        else { return }
        report(peer)
    }
}

extension IPAddress {
    /// Whether it is of the machine itself or of a network that is not routed in public: loopback, RFC 1918, RFC 6598,
    /// RFC 4193, link-local.
    fileprivate var isPrivate: Bool {
        guard isIPv4 else { return high == 0 && low == 1 || high >> 57 == 0x7E || high >> 54 == 0x3FA }
        let bits = low & 0xFFFF_FFFF
        return [(0x7F, 8), (0x0A, 8), (0xAC1, 12), (0xC0A8, 16), (0x191, 10), (0xA9FE, 16)].contains { prefix, length in
            bits >> UInt64(32 - length) == prefix
        }
    }
}

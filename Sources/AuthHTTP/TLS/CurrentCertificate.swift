import Synchronization

/// The certificate that new connections get. Those that are there keep the one that they began with.
package final class CurrentCertificate: Sendable {
    private let pair: Mutex<CertificatePair>

    /// Begins with `pair`.
    package init(_ pair: CertificatePair) { self.pair = Mutex(pair) }

    /// The newest.
    package var current: CertificatePair { pair.withLock { $0 } }

    /// Gives every connection from now on `pair`.
    package func replace(with pair: CertificatePair) { self.pair.withLock { $0 = pair } }
}

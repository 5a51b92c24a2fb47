package import AuthCore
package import Logging

/// What there is to say of a certificate's end: nothing while it is far away.
package struct CertificateExpiry: Equatable, Sendable {
    /// So long before the end: a certificate of 90 days is renewed 30 days before, and by then twice in vain.
    package static let warnedAhead: Duration = .seconds(14 * 86_400)

    /// How bad it is.
    package let level: Logger.Level
    /// A line of the log.
    package let message: String

    /// What to say at `now` of one that ends at `expires`; nil where that is nothing.
    package init?(_ expires: Timestamp, at now: Timestamp) {
        guard expires - now < Self.warnedAhead else { return nil }
        if expires > now {
            level = .warning
            message = "the TLS certificate expires in less than 14 days: renew it, then send SIGHUP"
        } else {
            level = .error
            message = "the TLS certificate has expired, and clients refuse it: renew it, then send SIGHUP"
        }
    }
}

/// One check of a password for a flow: of forms that come at once one is looked at.
package struct FlowClaim: Equatable, Sendable {
    /// How many bytes a nonce has.
    package static let nonceLength = 32

    /// 256 random bits of this check. They go into the secret of the session that it begins, which nobody knows beforehand.
    package let nonce: [UInt8]
    /// Until when the check has the flow; nil once it gave it back.
    package let until: Timestamp?

    /// A claim with these columns.
    package init(nonce: [UInt8], until: Timestamp?) {
        self.nonce = nonce
        self.until = until
    }

    /// Whether others have to wait.
    func holds(at now: Timestamp) -> Bool { until.map { $0 > now } ?? false }
}

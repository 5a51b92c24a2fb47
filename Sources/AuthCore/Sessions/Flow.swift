/// One authorization request on its way: from the client through our pages and back. Bound to the browser that began it,
/// so that a link to a page of it opens nothing in another (CVE-2022-39222).
package struct Flow: Equatable, Sendable {
    /// SHA-256 of the handle in the pages' forms.
    package let hash: [UInt8]
    /// SHA-256 of the cookie of the browser that began it.
    package let browser: [UInt8]
    /// The request as the use case keeps it: JSON.
    package let request: String
    /// From then on it has to begin anew.
    package let expiresAt: Timestamp
    /// When it ended with an answer to the client, nil before.
    package let doneAt: Timestamp?
    /// Whose password was checked last, or is; nil where none was.
    package let claim: FlowClaim?

    /// A flow with these columns.
    package init(
        hash: [UInt8], browser: [UInt8], request: String, expiresAt: Timestamp, doneAt: Timestamp? = nil,
        claim: FlowClaim? = nil
    ) {
        self.hash = hash
        self.browser = browser
        self.request = request
        self.expiresAt = expiresAt
        self.doneAt = doneAt
        self.claim = claim
    }
}

/// The flows' slice of the store: what may be read.
package protocol FlowReads {
    /// The flow, done or not, if it was begun in this browser and is not over at `moment`.
    func flow(_ hash: [UInt8], browser: [UInt8], at moment: Timestamp) throws -> Flow?
}

/// The flows' slice of the store: what may be changed.
package protocol FlowWrites: FlowReads {
    /// Adds a flow.
    func insert(_ flow: Flow) throws
    /// Takes a flow for the check of a password, unless another check has it: once, whoever comes at the same time.
    /// - Parameters:
    ///   - nonce: of this check, see ``FlowClaim``.
    ///   - end: from then on somebody else may, whatever became of this one.
    /// - Returns: false where another check has it, or the flow is done, over, or not this browser's.
    func claimFlow(
        _ hash: [UInt8], browser: [UInt8], nonce: [UInt8], at moment: Timestamp, until end: Timestamp
    ) throws -> Bool
    /// Gives a flow back that this check has; its nonce stays.
    /// - Returns: false where another check has taken it since.
    func releaseFlow(_ hash: [UInt8], nonce: [UInt8]) throws -> Bool
    /// Ends a flow with an answer to the client: once, and only in the browser that began it.
    /// - Returns: false where it was done before, is over, or is not this browser's.
    func finishFlow(_ hash: [UInt8], browser: [UInt8], at moment: Timestamp) throws -> Bool
    /// Deletes at most ``PruningPace/step`` flows that were over before `moment`.
    /// - Returns: how many.
    func deleteSomeFlows(overBefore moment: Timestamp) throws -> Int
}

// Propagation owns the evidence of who has fetched the newest key. It must not decide about a key: it informs an
// operator.

/// What one node knows of the propagation of the newest key, and since when.
package struct NodePropagation: Equatable, Sendable {
    /// The node's name: its row is replaced by the node itself only.
    package let node: String
    /// What its callers have.
    package let propagation: KeyPropagation
    /// When it said so.
    package let recordedAt: Timestamp

    /// What `node` knows at `recordedAt`.
    package init(node: String, propagation: KeyPropagation, recordedAt: Timestamp) {
        self.node = node
        self.propagation = propagation
        self.recordedAt = recordedAt
    }
}

/// The slice of the store that holds the evidence of key propagation: what may be read.
package protocol KeyPropagationReads {
    /// What each node recorded last, by name; a row that cannot be read is left out.
    func keyPropagation() throws -> [NodePropagation]
}

/// The slice of the store that holds the evidence of key propagation: what may be changed.
package protocol KeyPropagationWrites: KeyPropagationReads {
    /// Replaces what this node recorded before, and nobody else's.
    func record(_ propagation: NodePropagation) throws
    /// Removes the rows of nodes that have said nothing since `moment`.
    func deleteKeyPropagation(recordedBefore moment: Timestamp) throws
}

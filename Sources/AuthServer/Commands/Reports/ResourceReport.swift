package import AuthCore

/// What `resources add` and `remove` answer.
package struct ResourceReport: CommandReport {
    private let resource: Resource
    private let did: String
    private let clients: [ClientID]?

    /// - Parameters:
    ///   - did: what became of the resource, as the end of a sentence.
    ///   - clients: those that it was taken from; nil where it was taken from none.
    package init(_ resource: Resource, did: String, clients: [ClientID]? = nil) {
        self.resource = resource
        self.did = did
        self.clients = clients
    }

    /// What was done, and whom it concerns.
    package var lines: [String] {
        ["resource \(resource.uri.text) \(did)"] + (clients ?? []).map { "the client \($0.text) has it no more" }
    }

    /// The resource, what was done as `result`, and `clients` where it was taken from some.
    package var json: [(name: String, value: JSONValue)] {
        resource.members + [("result", .string(did))]
            + (clients.map { [("clients", .array($0.map { .string($0.text) }))] } ?? [])
    }
}

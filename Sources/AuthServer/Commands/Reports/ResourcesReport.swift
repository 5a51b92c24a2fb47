package import AuthCore

/// What `resources list` answers.
package struct ResourcesReport: CommandReport {
    private static let header = ["URI", "SCOPES", "TYP", "LIFETIME", "REGISTERED"]

    private let resources: [Resource]

    /// - Parameter resources: in their order.
    package init(_ resources: [Resource]) { self.resources = resources }

    /// A table.
    package var lines: [String] {
        guard !resources.isEmpty else { return ["there are no resources: resources add registers one"] }
        return alignedLines([Self.header] + resources.map(cells))
    }

    /// `{"resources":[…]}`, one object for each resource.
    package var json: [(name: String, value: JSONValue)] {
        [("resources", .array(resources.map { .object($0.members) }))]
    }

    private func cells(of resource: Resource) -> [String] {
        [
            resource.uri.text, resource.scopes.isEmpty ? "-" : resource.scopes.map(\.name).joined(separator: " "),
            resource.tokenType.rawValue, resource.lifetime?.settingText ?? "-", utcText(resource.createdAt),
        ]
    }
}

extension Resource {
    /// As every command has it in JSON; `lifetime` in seconds, null for as long as others.
    var members: [(name: String, value: JSONValue)] {
        [
            ("resource", .string(uri.text)), ("scopes", .array(scopes.map { .string($0.name) })),
            ("typ", .string(tokenType.rawValue)),
            ("lifetime", lifetime.map { .integer($0.secondsRoundedUp) } ?? .null),
            ("created_at", .moment(createdAt)),
        ]
    }
}

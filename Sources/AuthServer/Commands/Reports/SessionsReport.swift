package import AuthCore

/// What `sessions list` answers.
package struct SessionsReport: CommandReport {
    private static let header = ["ID", "USER", "DEVICE", "ADDRESS", "SIGNED IN", "LAST SEEN", "ENDS"]

    private let entries: [ListSessions.Entry]

    /// - Parameter entries: in their order.
    package init(_ entries: [ListSessions.Entry]) { self.entries = entries }

    /// A table.
    package var lines: [String] {
        guard !entries.isEmpty else { return ["nobody is signed in with a browser"] }
        return alignedLines([Self.header] + entries.map(cells))
    }

    /// `{"sessions":[…]}`, one object for each.
    package var json: [(name: String, value: JSONValue)] {
        [("sessions", .array(entries.map { .object($0.members) }))]
    }

    private func cells(of entry: ListSessions.Entry) -> [String] {
        let session = entry.session
        let device = Device(userAgent: session.userAgent)
        return [
            session.id.escapingControlCharacters(), entry.username.escapingControlCharacters(),
            [device.browser ?? "-", device.system].compactMap { $0 }.joined(separator: ", "),
            session.address.escapingControlCharacters(), utcText(session.authenticatedAt), utcText(session.seenAt),
            utcText(session.expiresAt),
        ]
    }
}

extension ListSessions.Entry {
    /// As `sessions list` has it in JSON.
    fileprivate var members: [(name: String, value: JSONValue)] {
        [
            ("sid", .string(session.id)), ("user_id", .integer(session.user)), ("username", .string(username)),
            ("address", .string(session.address)), ("user_agent", .string(session.userAgent)),
            ("created_at", .moment(session.createdAt)), ("authenticated_at", .moment(session.authenticatedAt)),
            ("seen_at", .moment(session.seenAt)), ("expires_at", .moment(session.expiresAt)),
        ]
    }
}

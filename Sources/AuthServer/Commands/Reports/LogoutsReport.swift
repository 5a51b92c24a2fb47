package import AuthCore

/// What `sessions logouts` answers.
package struct LogoutsReport: CommandReport {
    private static let header = ["SESSION", "CLIENT", "USER", "ENDED", "TRIES", "LAST FAILURE", "NEXT TRY"]
    private let deliveries: [LogoutDelivery]

    /// - Parameter deliveries: in their order.
    package init(_ deliveries: [LogoutDelivery]) { self.deliveries = deliveries }

    /// A table.
    package var lines: [String] {
        guard !deliveries.isEmpty else { return ["every client was told of every session that ended"] }
        return alignedLines([Self.header] + deliveries.map(cells))
    }

    /// `{"logouts":[…]}`, one object for each client and session.
    package var json: [(name: String, value: JSONValue)] {
        [("logouts", .array(deliveries.map { .object(members(of: $0)) }))]
    }

    private func cells(of delivery: LogoutDelivery) -> [String] {
        [
            delivery.session.escapingControlCharacters(), delivery.client.text, String(delivery.user),
            utcText(delivery.createdAt), String(delivery.attempts),
            delivery.failure?.escapingControlCharacters() ?? "-", delivery.nextAt.map { utcText($0) } ?? "given up",
        ]
    }

    /// `state` is `pending` before the first try, `failed` while it is tried again, `given_up` afterwards.
    private func members(of delivery: LogoutDelivery) -> [(name: String, value: JSONValue)] {
        let state = delivery.nextAt == nil ? "given_up" : delivery.failure == nil ? "pending" : "failed"
        return [
            ("sid", .string(delivery.session)), ("client_id", .string(delivery.client.text)),
            ("user_id", .integer(delivery.user)), ("state", .string(state)),
            ("ended_at", .moment(delivery.createdAt)), ("attempts", .integer(delivery.attempts)),
            ("failure", delivery.failure.map { .string($0) } ?? .null), ("next_at", .moment(delivery.nextAt)),
        ]
    }
}

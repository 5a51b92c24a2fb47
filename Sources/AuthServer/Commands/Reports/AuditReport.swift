package import AuthCore

/// What `audit` answers, row by row.
package struct AuditReport: Sendable {
    private static let columns: [(name: String, width: Int)] = [
        ("TIME", 19), ("OUTCOME", 7), ("ACTION", longest(AuditAction.self)), ("REASON", longest(AuditReason.self)),
        // A client's id is a UUID, unless it was chosen.
        ("USER", 20), ("CLIENT", 36), ("ADDRESS", 15), ("KID", 3), ("ACTOR", 8), ("USER AGENT", 0),
    ]

    private static func longest<Word: CaseIterable & RawRepresentable<String>>(_ words: Word.Type) -> Int {
        words.allCases.map(\.rawValue.count).max() ?? 0
    }

    private let asJSON: Bool

    /// - Parameter asJSON: whether a row is an object and not a line of a table.
    package init(asJSON: Bool) { self.asJSON = asJSON }

    /// Before the first row.
    package var header: [String] { asJSON ? [] : [Self.line(Self.columns.map(\.name))] }

    /// A row, without its line end.
    package func line(_ record: AuditRecord) -> String {
        asJSON
            ? String(decoding: JSONText.object(Self.members(of: record)), as: UTF8.self)
            : Self.line(Self.cells(of: record))
    }

    /// Of fixed width, so that what comes later stands under what came before.
    private static func line(_ cells: [String]) -> String {
        var line = ""
        for (cell, column) in zip(cells, columns) {
            line += cell + String(repeating: " ", count: max(0, column.width - cell.count)) + "  "
        }
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    private static func cells(of record: AuditRecord) -> [String] {
        let user = record.username ?? record.userID.map { "\($0)" }
        return [
            utcText(record.moment), record.outcome, record.action, record.reason, user, record.client, record.address,
            record.kid.map { "\($0)" }, record.actor, record.userAgent,
        ].map { $0?.escapingControlCharacters() ?? "-" }
    }

    private static func members(of record: AuditRecord) -> [(name: String, value: JSONValue)] {
        func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
        return [
            ("number", .integer(record.number)), ("time", .string(time(record.moment))), ("actor", text(record.actor)),
            ("action", text(record.action)), ("outcome", text(record.outcome)), ("reason", text(record.reason)),
            ("user_id", record.userID.map { .integer($0) } ?? .null), ("username", text(record.username)),
            ("client", text(record.client)), ("address", text(record.address)),
            ("user_agent", text(record.userAgent)), ("kid", text(record.kid.map { "\($0)" })),
            ("jti", text(record.jti)),
        ]
    }

    /// RFC 3339 in UTC, to the millisecond.
    private static func time(_ moment: Timestamp) -> String {
        let milliseconds = (moment - Timestamp(seconds: moment.seconds)).milliseconds
        let fraction = String(repeating: "0", count: 3 - "\(milliseconds)".count) + "\(milliseconds)"
        return utcText(moment).split(separator: " ").joined(separator: "T") + ".\(fraction)Z"
    }
}

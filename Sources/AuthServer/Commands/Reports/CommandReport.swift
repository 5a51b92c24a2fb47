// Reports owns what commands answer: pure functions from values to text. It must not print, read or decide.

package import AuthCore

/// What a command answers: lines for a person, or one JSON object for a machine.
package protocol CommandReport {
    /// For a person, without line ends.
    var lines: [String] { get }
    /// The members of the object, in their order.
    var json: [(name: String, value: JSONValue)] { get }
}

extension CommandReport {
    /// The text for stdout.
    package func text(asJSON: Bool) -> String {
        let lines = asJSON ? [String(decoding: JSONText.object(json), as: UTF8.self)] : lines
        return lines.map { $0 + "\n" }.joined()
    }

    /// Writes the text to stdout, and which database it is about: a line on stderr, or a member `database`.
    func print(asJSON: Bool, database: DatabaseAddress) async {
        guard asJSON else {
            Swift.print(text(asJSON: false), terminator: "")
            return await database.note()
        }
        let members = json + [(name: "database", value: JSONValue.string(database.place))]
        Swift.print(String(decoding: JSONText.object(members), as: UTF8.self))
    }
}

extension DatabaseAddress {
    /// Says on stderr which database a command worked on. What was done is done, whether or not that can be written.
    func note() async { await CommandOutput.report("jwks-server: in \(place)") }
}

extension JSONValue {
    /// RFC 3339 in UTC, whole seconds; null for none.
    static func moment(_ moment: Timestamp?) -> JSONValue {
        guard let moment else { return .null }
        return .string(utcText(moment).split(separator: " ").joined(separator: "T") + "Z")
    }
}

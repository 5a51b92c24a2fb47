import ArgumentParser
import AuthCore

struct KeysList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show every key, its times, and who has the newest. Changes nothing.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await reportingFailure {
            let settings = try Settings(try options.reader())
            let (contents, readiness) = try settings.database.peek()
            let keys = contents.keys.compactMap(\.record)
            if json {
                let values = keys.map { JSONValue.object(members(of: $0, readiness)) }
                printJSON([("keys", .array(values))])
            } else if keys.isEmpty {
                print("\(contents.keys.count) keys: the server makes or takes over its keys at its first start")
            } else {
                printTable(keys, readiness)
            }
        }
    }

    private func members(
        of key: KeyLifecycle, _ readiness: KeyPropagation?
    ) -> [(name: String, value: JSONValue)] {
        let evidence = readiness.flatMap { $0.newest == key.id ? $0 : nil }
        return [
            ("kid", .string(key.id.description)), ("state", .string(key.state.rawValue)),
            ("signs", .boolean(key.state == .active)), ("published_at", .moment(key.publishedAt)),
            ("activates_at", .moment(key.activatesAt)), ("retired_at", .moment(key.retiredAt)),
            ("signed_until", .moment(key.latestTokenExpiry)), ("safe_to_delete_at", .moment(key.safeToDeleteAt)),
            ("verifiers_known", evidence.map { .integer(Int64($0.known)) } ?? .null),
            ("verifiers_aware", evidence.map { .integer(Int64($0.aware)) } ?? .null),
        ]
    }

    private func printTable(_ keys: [KeyLifecycle], _ readiness: KeyPropagation?) {
        let header = ["KID", "STATE", "SIGNS", "PUBLISHED", "ACTIVATES", "RETIRED", "SAFE TO DELETE"]
        let rows = keys.map { key in
            [
                key.id.description, key.state.rawValue, key.state == .active ? "yes" : "no", utcText(key.publishedAt),
                utcText(key.activatesAt), key.retiredAt.map(utcText) ?? "-",
                key.safeToDeleteAt.map(utcText) ?? "never: it serves ?expired=true",
            ]
        }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        for row in [header] + rows {
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            print(cells.joined(separator: "  ").trimmingSuffix(" "))
        }
        // What was recorded about an older key says nothing any more.
        let newest = keys.last { $0.state == .published || $0.state == .active }?.id
        if let readiness, readiness.newest == newest { print(readiness) }
    }
}

extension KeyLifecycle {
    /// From when on nobody needs the key: exact once it is retired, the plan before; nil for the key that stays.
    fileprivate var safeToDeleteAt: Timestamp? {
        switch state {
        case .published, .active, .retired: withdrawnAt
        case .revoked: latestTokenExpiry ?? withdrawnAt
        case .expired: nil
        }
    }
}

extension String {
    fileprivate func trimmingSuffix(_ character: Character) -> String {
        var text = self
        while text.last == character { text.removeLast() }
        return text
    }
}

package import AuthCore

/// What `keys list` answers.
package struct KeysReport: CommandReport {
    private static let header = ["KID", "ALG", "STATE", "SIGNS", "PUBLISHED", "ACTIVATES", "RETIRED", "SAFE TO DELETE"]

    private let rows: Int
    private let keys: [KeyLifecycle]
    private let propagation: KeyPropagation?

    /// - Parameters:
    ///   - contents: the rows, some of which may be the original's and have no states yet.
    ///   - propagation: what a running server recorded of its verifiers.
    package init(_ contents: KeyStoreContents, _ propagation: KeyPropagation?) {
        rows = contents.keys.count
        keys = contents.lifecycles
        self.propagation = propagation
    }

    /// A table, and who has the newest key where that is known.
    package var lines: [String] {
        guard !keys.isEmpty else { return ["\(rows) keys: the server makes or takes over its keys at its first start"] }
        let table = alignedLines([Self.header] + keys.map(cells))
        // What was recorded about an older key says nothing any more.
        let newest = keys.last { $0.state == .published || $0.state == .active }?.id
        guard let propagation, propagation.newest == newest else { return table }
        return table + [propagation.description]
    }

    /// `{"keys":[…]}`, one object for each key.
    package var json: [(name: String, value: JSONValue)] {
        [("keys", .array(keys.map { .object(members(of: $0)) }))]
    }

    private func members(of key: KeyLifecycle) -> [(name: String, value: JSONValue)] {
        let evidence = propagation.flatMap { $0.newest == key.id ? $0 : nil }
        return [
            ("kid", .string(key.id.description)), ("alg", .string(key.algorithm.rawValue)),
            ("state", .string(key.state.rawValue)),
            ("signs", .boolean(key.state == .active)), ("published_at", .moment(key.publishedAt)),
            ("activates_at", .moment(key.activatesAt)), ("retired_at", .moment(key.retiredAt)),
            ("signed_until", .moment(key.latestTokenExpiry)), ("safe_to_delete_at", .moment(key.safeToDeleteAt)),
            ("verifiers_known", evidence.map { .integer(Int64($0.known)) } ?? .null),
            ("verifiers_aware", evidence.map { .integer(Int64($0.aware)) } ?? .null),
        ]
    }

    private func cells(of key: KeyLifecycle) -> [String] {
        [
            key.id.description, key.algorithm.rawValue, key.state.rawValue, key.state == .active ? "yes" : "no",
            utcText(key.publishedAt),
            utcText(key.activatesAt), key.retiredAt.map(utcText) ?? "-",
            key.safeToDeleteAt.map(utcText) ?? "never: it serves ?expired=true",
        ]
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

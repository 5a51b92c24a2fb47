import AuthCore

extension StoreLaw {
    /// What nodes record of their verifiers.
    package static let keyPropagation = [
        StoreLaw("of what a node recorded about its verifiers the last is kept", checkLast),
        StoreLaw("a node's row is its own: others neither overwrite nor hide it", checkNodes),
        StoreLaw("of 50 nodes that record at once each has its row", checkManyNodes),
        StoreLaw("rows of nodes that fell silent are removed, and no others", checkSilentNodes),
    ]

    private static func checkLast(_ store: any Store) async throws {
        try require(try await recorded(store).isEmpty, "a new store has none")
        for propagation in [
            KeyPropagation(newest: KeyID(3), known: 7, aware: 0),
            KeyPropagation(newest: KeyID(3), known: 7, aware: 6),
            KeyPropagation(newest: KeyID(5), known: 0, aware: 0),
        ] {
            let row = NodePropagation(node: "one", propagation: propagation, recordedAt: Sample.now + .milliseconds(1))
            try await store.write { transaction in try transaction.record(row) }
            try require(try await recorded(store) == [row], "\(propagation) is what was recorded last")
        }
    }

    private static func checkNodes(_ store: any Store) async throws {
        let rows = ["b", "a", "B", "\u{E9}"].enumerated().map { number, node in row(node, Int64(number)) }
        for row in rows { try await store.write { transaction in try transaction.record(row) } }
        let sorted = rows.sorted { $0.node.utf8.lexicographicallyPrecedes($1.node.utf8) }
        try require(try await recorded(store) == sorted, "each is there, by name byte for byte")
        let again = row("a", 99)
        try await store.write { transaction in try transaction.record(again) }
        let after = sorted.map { $0.node == "a" ? again : $0 }
        try require(try await recorded(store) == after, "one that records anew changes its row alone")
    }

    private static func checkManyNodes(_ store: any Store) async throws {
        let errors = await inParallel(50) { number in
            await failure {
                for round in Int64(1)...2 {
                    try await store.write { transaction in try transaction.record(row("node \(number)", round)) }
                }
            }
        }
        for error in errors { try require(error == nil, "none fails, not \(text(error))") }
        let rows = try await recorded(store)
        try require(Set(rows.map(\.node)).count == 50, "50 nodes are there, not \(rows.count)")
        try require(rows.allSatisfy { $0.propagation.known == 2 }, "with what each recorded last")
    }

    private static func checkSilentNodes(_ store: any Store) async throws {
        let rows = (0..<4).map { row("node \($0)", Int64($0)) }
        try await store.write { transaction in
            for row in rows { try transaction.record(row) }
            try transaction.deleteKeyPropagation(recordedBefore: rows[2].recordedAt)
        }
        try require(try await recorded(store) == Array(rows[2...]), "those from the moment on stay")
    }

    private static func row(_ node: String, _ number: Int64) -> NodePropagation {
        NodePropagation(
            node: node, propagation: KeyPropagation(newest: KeyID(number), known: Int(number), aware: 0),
            recordedAt: Sample.now + .seconds(number))
    }

    private static func recorded(_ store: any Store) async throws -> [NodePropagation] {
        try await store.read { transaction in try transaction.keyPropagation() }
    }
}

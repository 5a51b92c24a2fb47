import AuthCore

extension StoreLaw {
    /// Resources: found, unique, taken from their clients when they go.
    package static let resources = [
        StoreLaw("a resource is read as it was registered, by its URI", checkResource),
        StoreLaw("of 50 that register one resource one does", checkParallelResources),
        StoreLaw("a resource that goes is taken from its clients", checkRemoval),
        StoreLaw("a client is registered without a resource that is gone", checkMissingResource),
    ]

    private static func checkResource(_ store: any Store) async throws {
        let full = Resource(
            uri: ResourceURI(stored: "https://api.example/v1?a=b"),
            scopes: ["read", "write:x"].map(Scope.init(stored:)),
            tokenType: .jwt, lifetime: .seconds(300), createdAt: Sample.now + .milliseconds(7))
        let bare = Sample.resource("https://API.example")
        let answers = try await store.write { transaction in
            [try transaction.insert(full), try transaction.insert(bare), try transaction.insert(full)]
        }
        try require(answers == [true, true, false], "each is new once: \(answers)")
        let (all, found, other) = try await store.read { transaction in
            (
                try transaction.resources(), try transaction.resource(full.uri),
                try transaction.resource(ResourceURI(stored: "https://api.example/v1"))
            )
        }
        try require(all == [bare, full], "all are there, byte by byte: \(all)")
        try require(found == full && other == nil, "found by the whole URI")
    }

    private static func checkParallelResources(_ store: any Store) async throws {
        let wins = await inParallel(50) { number -> Resource? in
            let resource = Sample.resource("urn:one", scopes: ["scope-\(number)"])
            return (try? await store.write { try $0.insert(resource) }) == true ? resource : nil
        }
        let winners = wins.compactMap { $0 }
        try require(winners.count == 1, "one registers it, not \(winners.count)")
        let all = try await store.read { transaction in try transaction.resources() }
        try require(all == winners, "and its scopes are there")
    }

    private static func checkRemoval(_ store: any Store) async throws {
        let (a, b) = (ResourceURI(stored: "urn:a"), ResourceURI(stored: "urn:b"))
        try await store.write { transaction in
            for uri in [a, b] { _ = try transaction.insert(Sample.resource(uri.text)) }
        }
        try await insert(try Sample.client("one", resources: ["urn:a", "urn:b"]), in: store)
        try await insert(try Sample.client("two", resources: ["urn:b"]), in: store)
        let (clients, answers) = try await store.write { transaction in
            (
                try transaction.clients(of: a).map(\.text),
                [try transaction.deleteResource(a), try transaction.deleteResource(a)]
            )
        }
        try require(clients == ["one"] && answers == [true, false], "it is removed once: \(answers)")
        try require(try await client("one", in: store)?.resources == [b], "and from its client")
        try require(try await client("two", in: store)?.resources == [b], "and nothing else")
        let left = try await store.read { transaction in (try transaction.resources(), try transaction.clients(of: b)) }
        try require(left.0.map(\.uri) == [b] && left.1.map(\.text) == ["one", "two"], "the other is there")
    }

    private static func checkMissingResource(_ store: any Store) async throws {
        try await store.write { transaction in _ = try transaction.insert(Sample.resource("urn:a")) }
        try await insert(try Sample.client("one", resources: ["urn:a", "urn:gone"]), in: store)
        try require(try await client("one", in: store)?.resources.map(\.text) == ["urn:a"], "it has what there is")
    }
}

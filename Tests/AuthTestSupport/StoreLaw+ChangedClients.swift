import AuthCore

/// Clients that are registered otherwise.
extension StoreLaw {
    private static func changed(_ number: Int = 0, resources: [String] = ["urn:b"]) throws -> Client {
        Client(
            id: try Sample.clientID("one"), name: try ClientName("Another \(number)"), kind: .confidential,
            secretPlace: .post, redirectURIs: [RedirectURI(stored: "https://other.example/cb")],
            postLogoutRedirectURIs: [RedirectURI(stored: "https://other.example/")],
            backchannelLogoutURI: BackchannelLogoutURI(stored: "https://other.example/end"),
            grants: [.authorizationCode], scopes: [.openID], resources: resources.map(ResourceURI.init(stored:)),
            consent: .explicit, requirePKCE: true, pkceSeenAt: Sample.now + .seconds(1), createdAt: Sample.now,
            disabledAt: Sample.now + .seconds(2))
    }

    private static func prepare(_ store: any Store) async throws -> Client {
        let first = try Sample.client("one", resources: ["urn:a"])
        try await store.write { transaction in
            for uri in ["urn:a", "urn:b"] { _ = try transaction.insert(Sample.resource(uri)) }
            for client in [first, try Sample.client("two", resources: ["urn:a"])] {
                _ = try transaction.insert(client, secret: Sample.digest("x"))
            }
            _ = try transaction.notePKCE(of: first.id, at: Sample.now + .seconds(1))
            _ = try transaction.disable(first.id, at: Sample.now + .seconds(2))
        }
        return try await client("one", in: store) ?? first
    }

    static func checkChangedClient(_ store: any Store) async throws {
        let (first, new) = (try await prepare(store), try changed())
        func replace(_ old: Client, _ new: Client) async throws -> Bool {
            try await store.write { transaction in try transaction.replace(old, with: new) }
        }
        try require(try await replace(first, new), "it is changed")
        try require(try await client("one", in: store) == new, "everything that can be")
        try require(try await !replace(first, try changed(1)), "not from what it was before")
        try require(try await client("one", in: store) == new, "which changes nothing")
        try require(try await replace(new, first), "and back, without a logout URI")
        try require(try await client("one", in: store) == first, "as it was")
        let two = try await client("two", in: store)
        try require(try two == Sample.client("two", resources: ["urn:a"]), "nobody else is changed")
        try require(try await secrets("one", in: store).map(\.digest) == [Sample.digest("x")], "nor its secret")
    }

    static func checkParallelClientChanges(_ store: any Store) async throws {
        let first = try await prepare(store)
        struct Late: Error {}
        /// As a use case does.
        @Sendable func replace(_ old: Client, _ new: Client) async -> Client? {
            let done: Void? = try? await store.write { transaction in
                guard try transaction.replace(old, with: new) else { throw Late() }
            }
            return done == nil ? nil : new
        }
        let wins = await inParallel(50) { number in
            guard let new = try? changed(number, resources: ["urn:a"]) else { return nil as Client? }
            return await replace(first, new)
        }.compactMap { $0 }
        try require(wins.count == 1, "one does, not \(wins.count)")
        try require(try await client("one", in: store) == wins.first, "and that is what is there")
        guard let now = wins.first else { return }
        let others = await inParallel(50) { number in
            let resources = number.isMultiple(of: 2) ? ["urn:b"] : ["urn:a", "urn:b"]
            let new = Client(
                id: now.id, name: now.name, kind: now.kind, secretPlace: now.secretPlace,
                redirectURIs: now.redirectURIs, postLogoutRedirectURIs: now.postLogoutRedirectURIs,
                backchannelLogoutURI: now.backchannelLogoutURI, grants: now.grants, scopes: now.scopes,
                resources: resources.map(ResourceURI.init(stored:)), consent: now.consent,
                requirePKCE: now.requirePKCE, pkceSeenAt: now.pkceSeenAt, createdAt: now.createdAt,
                disabledAt: now.disabledAt)
            return await replace(now, new)
        }.compactMap { $0 }
        try require(others.count == 1, "of its resources too, not \(others.count)")
        try require(try await client("one", in: store) == others.first, "and those are there")
    }
}

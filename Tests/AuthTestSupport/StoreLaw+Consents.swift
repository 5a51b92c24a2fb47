import AuthCore

extension StoreLaw {
    /// What users agreed to.
    package static let consents = [
        StoreLaw("what a user agreed to is all that was added, resource by resource", checkUnion),
        StoreLaw("of what 50 add at once nothing is lost, and nothing is there twice", checkParallelConsents),
        StoreLaw("consents are forgotten for a user and a client, or all of them", checkForgetting),
        StoreLaw("consents go with their user, their client and their resource", checkConsentDeletion),
    ]

    private static func checkUnion(_ store: any Store) async throws {
        try await prepare(store)
        try await add(consent("app", nil, ["openid"]), to: store)
        // The whole words count: neither a part of one nor a sign that LIKE reads is one that is there.
        let more = consent("app", nil, ["open", "openid", "%", "email"], at: Sample.now + .seconds(60))
        try await add(more, to: store)
        try await add(consent("app", "urn:a", []), to: store)
        try await add(consent("app", "urn:a", []), to: store)
        try await add(consent("other", nil, ["email"], at: Sample.now + .seconds(1)), to: store)
        let expected = [
            consent("app", nil, ["openid", "open", "%", "email"]), consent("app", "urn:a", []),
            consent("other", nil, ["email"], at: Sample.now + .seconds(1)),
        ]
        let found = try await list(1, in: store)
        try require(found == expected, "since the first word, each scope once: \(found)")
        try require(try await list(2, in: store).isEmpty, "bob agreed to nothing")
    }

    private static func checkParallelConsents(_ store: any Store) async throws {
        try await prepare(store)
        let names = (0..<50).map { "scope:\($0 % 25)" }
        _ = await inParallel(50) { number in
            try? await add(consent("app", "urn:a", ["common", names[number]]), to: store)
        }
        let found = try await list(1, in: store)
        let scopes = found.first?.scopes.map(\.name) ?? []
        try require(
            found.count == 1 && scopes.count == 26 && Set(scopes) == Set(names + ["common"]), "26 scopes: \(found)")
    }

    private static func checkForgetting(_ store: any Store) async throws {
        try await prepare(store)
        for client in ["app", "other"] {
            for user in [1, 2] as [UserID] {
                try await add(consent(client, nil, ["openid"], user: user), to: store)
                try await add(consent(client, "urn:a", ["read"], user: user), to: store)
            }
        }
        @Sendable func forget() async throws -> Bool {
            try await store.write { transaction in try transaction.forgetConsents(of: 1, to: Sample.app) }
        }
        let forgotten = await inParallel(50) { _ in try? await forget() }
        try require(
            forgotten.count { $0 == true } == 1 && forgotten.count { $0 == false } == 49,
            "one of 50 forgets: \(forgotten)")
        try require(
            try await list(1, in: store).map(\.client.text) == ["other", "other"], "of the other client it stays")
        try require(try await list(2, in: store).count == 4, "bob's is his")
        try await store.write { transaction in try transaction.forgetAllConsents() }
        let left = (try await list(1, in: store)) + (try await list(2, in: store))
        try require(left.isEmpty, "or all: \(left)")
    }

    private static func checkConsentDeletion(_ store: any Store) async throws {
        try await prepare(store)
        for (user, client, resource) in [
            (1, "app", nil), (2, "app", nil), (2, "app", "urn:a"), (2, "other", nil), (2, "other", "urn:ab"),
        ] as [(UserID, String, String?)] {
            try await add(consent(client, resource, ["openid"], user: user), to: store)
        }
        let other = try Sample.client("other")
        let isDone = try await store.write { transaction in
            let isRemoved = try transaction.deleteResource(ResourceURI(stored: "urn:a"))
            let isDeleted = try transaction.deleteClient(other.id)
            return try transaction.deleteUser(1) && isRemoved && isDeleted
        }
        try require(isDone, "all are deleted")
        // A later one with its name has nothing of it.
        _ = try await store.write { transaction in try transaction.insert(other, secret: nil) }
        let left = (try await list(1, in: store)) + (try await list(2, in: store))
        try require(left == [consent("app", nil, ["openid"], user: 2)], "bob's of app is left: \(left)")
    }

    private static func prepare(_ store: any Store) async throws {
        try await store.addAccounts()
        let clients = [try Sample.client("app"), try Sample.client("other")]
        try await store.write { transaction in
            for client in clients { _ = try transaction.insert(client, secret: nil) }
            for uri in ["urn:a", "urn:ab"] { _ = try transaction.insert(Sample.resource(uri)) }
        }
    }

    private static func consent(
        _ client: String, _ resource: String?, _ scopes: [String], user: UserID = 1, at moment: Timestamp = Sample.now
    ) -> Consent {
        Consent(
            user: user, client: Sample.known(client), resource: resource.map(ResourceURI.init(stored:)),
            scopes: scopes.map(Scope.init(stored:)), givenAt: moment)
    }

    private static func add(_ consent: Consent, to store: any Store) async throws {
        try await store.write { transaction in try transaction.add(consent) }
    }

    private static func list(_ user: UserID, in store: any Store) async throws -> [Consent] {
        try await store.read { transaction in try transaction.consents(of: user) }
    }
}

import AuthCore

extension StoreLaw {
    /// Clients: found, unique, disabled, deleted.
    package static let clients = [
        StoreLaw("a client is read as it was registered", checkClient),
        StoreLaw("clients are listed by their ids, page by page", checkClientPages),
        StoreLaw("a client's id is taken once", checkClientID),
        StoreLaw("of 50 that register one id one does, with its secret", checkParallelClients),
        StoreLaw("a client is disabled once and enabled once", checkDisabledClient),
        StoreLaw("a client's scopes are replaced where they are what they were", checkScopes),
        StoreLaw("a client is changed whole, if nobody changed it meanwhile", checkChangedClient),
        StoreLaw("of 50 that change one client, or its resources alone, one does", checkParallelClientChanges),
        StoreLaw("of 50 that note a client's first code challenge one does", checkPKCE),
        StoreLaw("a deleted client is gone with its secrets and its resources", checkDeletedClient),
        StoreLaw("of 50 that delete one client one does", checkParallelClientDeletion),
        StoreLaw("what is done to no client is said to be nothing", checkNoClient),
    ]

    private static func checkClient(_ store: any Store) async throws {
        let full = Client(
            id: try Sample.clientID("full"), name: try ClientName("Zo\u{EB}'s \"app\" <b>"), kind: .public,
            redirectURIs: ["https://a.example/cb?x=1", "com.example:/cb"].map(RedirectURI.init(stored:)),
            postLogoutRedirectURIs: [RedirectURI(stored: "https://a.example/out")],
            backchannelLogoutURI: BackchannelLogoutURI(stored: "https://a.example/end"), grants: [.authorizationCode],
            scopes: [.openID, Scope(stored: "read:all")],
            resources: ["https://api.example", "urn:example:b"].map(ResourceURI.init(stored:)), consent: .explicit,
            requirePKCE: true, pkceSeenAt: Sample.now + .milliseconds(1), createdAt: Sample.now + .milliseconds(2),
            disabledAt: Sample.now + .milliseconds(3))
        let bare = Client(
            id: try Sample.clientID("bare"), name: try ClientName("bare"), kind: .confidential, secretPlace: .post,
            redirectURIs: [],
            grants: [.clientCredentials], scopes: [], createdAt: Sample.now)
        let (first, second) = try await store.write { transaction in
            for resource in ["urn:example:b", "https://api.example", "https://other.example"] {
                _ = try transaction.insert(Sample.resource(resource))
            }
            return (try transaction.insert(full, secret: nil), try transaction.insert(bare, secret: nil))
        }
        try require(first && second, "both are new")
        let read = try await client("full", in: store)
        try require(read == full, "everything of it is there, not \(String(describing: read))")
        try require(try await client("bare", in: store) == bare, "and of the other one")
        for other in ["Full", "ful", "fulll"] {
            try require(try await client(other, in: store) == nil, "there is no \(other)")
        }
    }

    private static func checkClientPages(_ store: any Store) async throws {
        for id in ["b", "B", "a", "c-1"] { try await insert(try Sample.client(id), in: store) }
        let (b, last) = (try Sample.clientID("a"), try Sample.clientID("c-1"))
        let (all, two, none) = try await store.read { transaction in
            (
                try transaction.clients(after: nil, limit: 9).map(\.id.text),
                try transaction.clients(after: b, limit: 2).map(\.id.text),
                try transaction.clients(after: last, limit: 2)
            )
        }
        try require(all == ["B", "a", "b", "c-1"], "byte by byte, not \(all)")
        try require(two == ["b", "c-1"] && none.isEmpty, "pages follow each other")
    }

    private static func checkClientID(_ store: any Store) async throws {
        let first = try Sample.client("one")
        let second = try Sample.client("one", kind: .public, createdAt: Sample.now + .seconds(1))
        let answers = try await store.write { transaction in
            [
                try transaction.insert(first, secret: Sample.digest("first")),
                try transaction.insert(second, secret: Sample.digest("second")),
            ]
        }
        try require(answers == [true, false], "the id is taken: \(answers)")
        try require(try await client("one", in: store) == first, "by the first")
        let kept = try await secrets("one", in: store)
        try require(kept.map(\.digest) == [Sample.digest("first")], "with its secret")
    }

    private static func checkParallelClients(_ store: any Store) async throws {
        let wins = await inParallel(50) { number -> Int? in
            let won = try? await store.write { transaction in
                let client = try Sample.client("one", createdAt: Sample.now + .seconds(number))
                return try transaction.insert(client, secret: Sample.digest("secret \(number)"))
            }
            return won == true ? number : nil
        }
        let winners = wins.compactMap { $0 }
        try require(winners.count == 1, "one registers it, not \(winners.count)")
        let kept = try await secrets("one", in: store)
        try require(kept.map(\.digest) == winners.map { Sample.digest("secret \($0)") }, "and its secret is there")
    }

    private static func checkDisabledClient(_ store: any Store) async throws {
        try await insert(try Sample.client("one"), in: store)
        try await insert(try Sample.client("two"), in: store)
        let id = try Sample.clientID("one")
        let answers = try await store.write { transaction in
            [
                try transaction.enable(id), try transaction.disable(id, at: Sample.now),
                try transaction.disable(id, at: Sample.now + .seconds(1)),
            ]
        }
        try require(answers == [false, true, false], "disabled once: \(answers)")
        try require(try await client("one", in: store)?.disabledAt == Sample.now, "since the first time")
        try require(try await client("two", in: store)?.disabledAt == nil, "the other is not")
        let again = try await store.write { transaction in [try transaction.enable(id), try transaction.enable(id)] }
        try require(again == [true, false], "enabled once: \(again)")
        try require(try await client("one", in: store) == Sample.client("one"), "it is as it was")
    }

    private static func checkScopes(_ store: any Store) async throws {
        let made = try Sample.client("one")
        for client in [made, try Sample.client("two")] { try await insert(client, in: store) }
        let (id, other) = (made.id, [Scope(stored: "other")])
        let answers = try await store.write { transaction in
            [
                try transaction.replaceScopes(of: id, from: other, to: []),
                try transaction.replaceScopes(of: id, from: made.scopes, to: other),
                try transaction.replaceScopes(of: id, from: made.scopes, to: []),
            ]
        }
        try require(answers == [false, true, false], "once: \(answers)")
        try require(try await client("one", in: store)?.scopes == other, "they are there")
        try require(try await client("two", in: store)?.scopes == made.scopes, "nobody else's are")
    }

    private static func checkPKCE(_ store: any Store) async throws {
        try await insert(try Sample.client("one"), in: store)
        let id = try Sample.clientID("one")
        let wins = await inParallel(50) { number -> Timestamp? in
            let moment = Sample.now + .seconds(number)
            return (try? await store.write { try $0.notePKCE(of: id, at: moment) }) == true ? moment : nil
        }
        let winners = wins.compactMap { $0 }
        try require(winners.count == 1, "one notes it, not \(winners.count)")
        try require(try await client("one", in: store)?.pkceSeenAt == winners.first, "and that is what is there")
    }

    private static func checkDeletedClient(_ store: any Store) async throws {
        try await store.write { transaction in _ = try transaction.insert(Sample.resource("urn:a")) }
        for id in ["one", "two"] {
            try await insert(try Sample.client(id, resources: ["urn:a"]), secret: "of \(id)", in: store)
        }
        let id = try Sample.clientID("one")
        let deleted = try await store.write { transaction in try transaction.deleteClient(id) }
        try require(deleted, "it is deleted")
        try require(try await client("one", in: store) == nil, "it is gone")
        try require(try await secrets("one", in: store).isEmpty, "its secrets are too")
        let users = try await store.read { transaction in try transaction.clients(of: ResourceURI(stored: "urn:a")) }
        try require(users.map(\.text) == ["two"], "the other one has the resource alone: \(users)")
        try require(try await secrets("two", in: store).count == 1, "and its secret")
        try await insert(try Sample.client("one"), in: store)
        let again = try await client("one", in: store)
        try require(again?.resources == [], "another of that id has nothing of the first")
        try require(try await secrets("one", in: store).isEmpty, "no secret either")
    }

    private static func checkParallelClientDeletion(_ store: any Store) async throws {
        try await insert(try Sample.client("one"), secret: "x", in: store)
        let id = try Sample.clientID("one")
        let wins = await inParallel(50) { _ in (try? await store.write { try $0.deleteClient(id) }) == true }
        try require(wins.count { $0 } == 1, "one deletes it, not \(wins.count { $0 })")
    }

    private static func checkNoClient(_ store: any Store) async throws {
        let id = try Sample.clientID("nobody")
        let answers = try await store.write { transaction in
            [
                try transaction.disable(id, at: Sample.now), try transaction.enable(id),
                try transaction.deleteClient(id), try transaction.notePKCE(of: id, at: Sample.now),
                try transaction.addSecret(Sample.digest("x"), to: id, at: Sample.now, endingOthersAt: nil),
                try transaction.replace(Sample.client("nobody"), with: Sample.client("nobody", resources: ["urn:a"])),
            ]
        }
        try require(!answers.contains(true), "nothing was done: \(answers)")
        try require(try await secrets("nobody", in: store).isEmpty, "and no secret is there")
    }

    static func client(_ id: String, in store: any Store) async throws -> Client? {
        let id = try Sample.clientID(id)
        return try await store.read { transaction in try transaction.client(id) }
    }

    static func secrets(_ id: String, in store: any Store) async throws -> [ClientSecretRecord] {
        let id = try Sample.clientID(id)
        return try await store.read { transaction in
            let secrets = try transaction.secrets(of: id)
            let both = try transaction.clientAndSecrets(id)
            let together = both?.secrets ?? []
            try require(
                try both?.client == transaction.client(id) && together.count == secrets.count
                    && secrets.allSatisfy(together.contains),
                "both at once are what they are one by one")
            let proof = try transaction.proof(of: id)
            let proving = proof?.secrets ?? []
            try require(
                proof == both.map { ClientProof(of: $0.client, proving) } && proving.count == secrets.count
                    && secrets.allSatisfy(proving.contains),
                "and the proof is of them")
            return secrets
        }
    }

    static func insert(_ client: Client, secret: String? = nil, in store: any Store) async throws {
        let isNew = try await store.write { transaction in
            try transaction.insert(client, secret: secret.map(Sample.digest))
        }
        try require(isNew, "\(client.id.text) is new")
    }
}

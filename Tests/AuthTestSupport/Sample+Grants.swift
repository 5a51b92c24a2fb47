package import AuthCore

extension Sample {
    /// A client's id.
    package static let app = known("app")

    /// The id with this text, which is one.
    package static func known(_ text: String) -> ClientID {
        guard let id = ClientID(text) else { preconditionFailure("\(text) is no id of a client") }
        return id
    }

    /// What a user gave a client for an hour.
    package static func grant(
        _ user: UserID = 1, client: ClientID = app, session: String? = "sid", isOffline: Bool = false,
        expiresAt: Timestamp = now + .seconds(3_600)
    ) -> Grant {
        Grant(
            user: user, client: client, session: session, scopes: [.openID, .email],
            resources: [ResourceURI(stored: "https://api.example.com/a")], authenticatedAt: now, isOffline: isOffline,
            createdAt: now,
            expiresAt: expiresAt)
    }

    /// A session that began now.
    package static func session(_ id: String, user: UserID = 1, expiresAt: Timestamp = now + .seconds(7_200)) -> Session
    {
        Session(
            id: id, user: user, authenticatedAt: now, address: "203.0.113.7", userAgent: "browser", createdAt: now,
            seenAt: now, expiresAt: expiresAt)
    }
}

extension Store {
    /// A store with the accounts alice and bob, numbers 1 and 2.
    func addAccounts() async throws {
        try await write { transaction in
            try transaction.insert(Sample.user("alice"))
            try transaction.insert(Sample.user("bob"))
        }
    }

    /// Adds a grant that has a refresh token.
    func addRefreshing(_ grant: Grant, idle: Duration = .seconds(1_800)) async throws {
        let started = try await write { transaction in
            try transaction.insert(grant)
            return try transaction.startRefreshing(grant.id, at: Sample.now, idleUntil: Sample.now + idle)
        }
        try require(started, "the grant gets its first refresh token")
    }
}

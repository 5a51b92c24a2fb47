import AuthCore

extension StoreLaw {
    /// Who stands behind an access token.
    package static let grantedTokens = [
        StoreLaw("an account stands behind a token until something ends that it hangs on", checkEnds),
        StoreLaw("nobody stands behind a token that names another's grant", checkStrangers),
        StoreLaw("an account that is disabled or deleted stands behind no token", checkAccount),
        StoreLaw("behind a token without a grant its account or client stands until either ends", checkWithoutGrant),
    ]

    private static let later = Sample.now + .seconds(60)
    private static let grant = Sample.grant()
    private static let token = token()

    private static func token(
        _ tokenID: String = "t", grant id: GrantID = grant.id, client: ClientID = Sample.app, user: UserID = 1
    ) -> GrantedToken {
        GrantedToken(tokenID: tokenID, grant: id, client: client, user: user)
    }

    private static func prepare(_ store: any Store) async throws {
        try await store.addAccounts()
        try await store.write { transaction in
            for id in ["app", "other"] {
                _ = try transaction.insert(try Sample.client(id), secret: Sample.digest("secret"))
            }
            try transaction.insert(grant)
        }
    }

    /// Whether alice stands behind it, whole; an account that is somebody else's is none.
    private static func stands(
        _ token: GrantedToken = token, at moment: Timestamp = later, in store: any Store
    ) async throws -> Bool {
        try await store.read { transaction in
            guard let claims = try transaction.claims(behind: token, at: moment) else { return false }
            try require(try transaction.account(1)?.claims == claims, "they are of alice's account")
            return true
        }
    }

    private static func checkEnds(_ store: any Store) async throws {
        try await prepare(store)
        try require(try await stands(in: store), "she stands behind it")
        try require(try await stands(at: grant.expiresAt - .milliseconds(1), in: store), "up to the grant's end")
        try require(try await !stands(at: grant.expiresAt, in: store), "and no longer")

        try await store.write { transaction in try transaction.revoke(tokenID: "t", until: grant.expiresAt) }
        try require(try await !stands(in: store), "a token that was revoked has nobody")
        try require(try await stands(token("t2"), in: store), "another of the grant still has")

        _ = try await store.write { transaction in try transaction.disable(Sample.app, at: Sample.now) }
        try require(try await !stands(token("t2"), in: store), "with a client that is disabled it has nobody")
        _ = try await store.write { transaction in try transaction.enable(Sample.app) }
        try require(try await stands(token("t2"), in: store), "and somebody again")

        _ = try await store.write { transaction in try transaction.endGrant(grant.id, for: .revoked, at: Sample.now) }
        try require(try await !stands(token("t2"), in: store), "a grant that was ended has nobody")
    }

    private static func checkStrangers(_ store: any Store) async throws {
        try await prepare(store)
        let strangers = [
            token(grant: .random()), token(client: Sample.known("other")), token(client: Sample.known("nobody")),
            token(user: 2), token(user: 99),
        ]
        for stranger in strangers {
            let claims = try await store.read { transaction in try transaction.claims(behind: stranger, at: later) }
            try require(claims == nil, "nobody stands behind \(stranger)")
        }
    }

    private static func checkWithoutGrant(_ store: any Store) async throws {
        try await prepare(store)
        /// Of alice, of nobody, of a client, of none.
        func stand(_ tokenID: String) async throws -> [Bool] {
            try await store.read { transaction in
                let claims = try transaction.claims(of: 1, behind: tokenID)
                let alice = try transaction.account(1)?.claims
                try require(claims == nil || claims == alice, "they are of alice's account")
                return [
                    claims != nil, try transaction.claims(of: 99, behind: tokenID) != nil,
                    try transaction.stands(Sample.app, behind: tokenID),
                    try transaction.stands(Sample.known("nobody"), behind: tokenID),
                ]
            }
        }
        try require(try await stand("t") == [true, false, true, false], "those that there are")
        try await store.write { transaction in try transaction.revoke(tokenID: "t", until: later) }
        try require(try await stand("t") == [false, false, false, false], "not behind one that was revoked")
        try require(try await stand("t2") == [true, false, true, false], "which is no other")
        try await store.write { transaction in
            _ = try transaction.disable(1, at: Sample.now)
            _ = try transaction.disable(Sample.app, at: Sample.now)
        }
        try require(try await stand("t2") == [false, false, false, false], "nor disabled")
        try await store.write { transaction in
            _ = try transaction.enable(1)
            _ = try transaction.enable(Sample.app)
        }
        try require(try await stand("t2") == [true, false, true, false], "enabled again")
        try await store.write { transaction in
            _ = try transaction.deleteUser(1)
            _ = try transaction.deleteClient(Sample.app)
        }
        try require(try await stand("t2") == [false, false, false, false], "nor deleted")
    }

    private static func checkAccount(_ store: any Store) async throws {
        try await prepare(store)
        _ = try await store.write { transaction in try transaction.disable(1, at: Sample.now) }
        try require(try await !stands(in: store), "disabled she does not")
        _ = try await store.write { transaction in try transaction.enable(1) }
        try require(try await stands(in: store), "enabled she does")
        _ = try await store.write { transaction in try transaction.deleteUser(1) }
        try require(try await !stands(in: store), "deleted she does not")
    }
}

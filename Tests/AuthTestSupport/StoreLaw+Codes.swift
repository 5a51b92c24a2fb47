import AuthCore

extension StoreLaw {
    /// Authorization codes.
    package static let codes = [
        StoreLaw("of 50 that bring one code one fetches the grant, and 49 are told so", checkParallel),
        StoreLaw("what a code is bound to is right or nothing happens", checkBindings),
        StoreLaw("a code without a challenge takes no verifier, and none comes without a redirect URI", checkUnbound),
        StoreLaw("a code is over at its end, and with its grant", checkEnd),
        StoreLaw("used codes are remembered until they are deleted", checkMemory),
        StoreLaw("what nobody fetched goes with its code, and what somebody fetched stays", checkUnfetched),
    ]

    private static let uri = "https://app.example.com/callback"
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    private static let now = Sample.now + .seconds(1)

    private static func checkParallel(_ store: any Store) async throws {
        let code = try await made(in: store)
        try require(try await isKnown(code.hash, in: store), "it is known")
        let outcomes = await inParallel(50) { _ in try? await bring(redemption(), to: store) }
        try require(try await isKnown(code.hash, in: store), "used, it still is")
        try require(try await !isKnown([1], in: store), "another is not")
        try require(
            outcomes.count { $0 == .redeemed(code.grant, nonce: "n-0S6_WzA2Mj") } == 1, "one fetches it: \(outcomes)")
        try require(outcomes.count { $0 == .reused(code.grant) } == 49, "49 are told: \(outcomes)")
    }

    private static func isKnown(_ hash: [UInt8], in store: any Store) async throws -> Bool {
        try await store.read { transaction in try transaction.hasCode(hash) }
    }

    private static func checkBindings(_ store: any Store) async throws {
        let code = try await made(in: store)
        let wrong = [
            redemption(hash: [1]), redemption(client: Sample.known("another")), redemption(uri: uri + "/"),
            redemption(uri: ""),
            redemption(challenge: nil), redemption(challenge: challenge.lowercased()), redemption(challenge: ""),
        ]
        for redemption in wrong {
            let outcome = try await bring(redemption, to: store)
            try require(outcome == .refused, "\(redemption): \(outcome)")
        }
        let right = try await bring(redemption(), to: store)
        try require(right == .redeemed(code.grant, nonce: "n-0S6_WzA2Mj"), "it still is good: \(right)")
        for redemption in wrong {
            let outcome = try await bring(redemption, to: store)
            try require(outcome == .refused, "afterwards \(redemption): \(outcome)")
        }
        let again = try await bring(redemption(uri: nil), to: store)
        try require(again == .reused(code.grant), "the verifier makes up for the redirect URI: \(again)")
    }

    private static func checkUnbound(_ store: any Store) async throws {
        let code = try await made(challenge: nil, nonce: nil, in: store)
        for wrong in [redemption(), redemption(uri: nil, challenge: nil), redemption(uri: nil)] {
            let outcome = try await bring(wrong, to: store)
            try require(outcome == .refused, "\(wrong): \(outcome)")
        }
        let right = try await bring(redemption(challenge: nil), to: store)
        try require(right == .redeemed(code.grant, nonce: nil), "without: \(right)")
    }

    private static func checkEnd(_ store: any Store) async throws {
        let code = try await made(in: store)
        let late = try await bring(redemption(), at: code.expiresAt, to: store)
        try require(late == .refused, "at its end it is over: \(late)")
        _ = try await store.write { transaction in
            try transaction.endGrant(code.grant, for: .signedOut, at: now)
        }
        let ended = try await bring(redemption(), to: store)
        try require(ended == .refused, "and with its grant: \(ended)")
    }

    private static func checkMemory(_ store: any Store) async throws {
        let code = try await made(in: store)
        _ = try await bring(redemption(), to: store)
        for moment in [code.expiresAt, code.expiresAt + .seconds(1)] {
            let before = try await bring(redemption(), to: store)
            try require(before == .reused(code.grant), "it is remembered: \(before)")
            _ = try await store.write { transaction in try transaction.deleteSomeGrants(overBefore: moment) }
        }
        let after = try await bring(redemption(), to: store)
        try require(after == .refused, "then it is as one that never was: \(after)")
    }

    private static func checkUnfetched(_ store: any Store) async throws {
        try await store.addAccounts()
        var left: [GrantID] = []
        for number in 0..<PruningPace.step * 2 {
            let (grant, code) = (Sample.grant(), "code \(number)")
            try await store.write { transaction in
                try transaction.insert(grant)
                try transaction.insert(
                    AuthorizationCode(
                        hash: AuthorizationCode.hash(of: code), grant: grant.id, redirectURI: uri, challenge: challenge,
                        nonce: nil, expiresAt: Sample.now + .seconds(60)))
            }
            guard number.isMultiple(of: 3) else { continue }
            _ = try await bring(redemption(hash: AuthorizationCode.hash(of: code)), to: store)
            left.append(grant.id)
        }
        func delete(before moment: Timestamp) async throws -> Int {
            try await store.write { transaction in try transaction.deleteSomeGrants(overBefore: moment) }
        }
        try require(try await delete(before: Sample.now + .seconds(60)) == 0, "while they are good all stay")
        var count = 0
        while true {
            let step = try await delete(before: Sample.now + .seconds(61))
            guard step > 0 else { break }
            count += step
        }
        try require(count == PruningPace.step * 2, "one row for each is counted, not \(count)")
        let living = try await store.read { transaction in try transaction.livingGrants(at: now) }
        try require(living == left.count, "\(living) grants are left of \(left.count)")
        for id in left {
            let grant = try await store.read { transaction in try transaction.grant(id, at: now) }
            try require(grant != nil, "what was fetched stays")
        }
    }

    private static func made(
        challenge: String? = challenge, nonce: String? = "n-0S6_WzA2Mj", in store: any Store
    ) async throws -> AuthorizationCode {
        try await store.addAccounts()
        let grant = Sample.grant()
        let code = AuthorizationCode(
            hash: AuthorizationCode.hash(of: "code"), grant: grant.id, redirectURI: uri, challenge: challenge,
            nonce: nonce, expiresAt: Sample.now + .seconds(60))
        try await store.write { transaction in
            try transaction.insert(grant)
            try transaction.insert(code)
        }
        return code
    }

    private static func redemption(
        hash: [UInt8] = AuthorizationCode.hash(of: "code"), client: ClientID = Sample.app, uri: String? = uri,
        challenge: String? = challenge
    ) -> CodeRedemption { CodeRedemption(hash: hash, client: client, redirectURI: uri, challenge: challenge) }

    private static func bring(
        _ redemption: CodeRedemption, at moment: Timestamp = now, to store: any Store
    ) async throws -> CodeRedemption.Outcome {
        try await store.write { transaction in try transaction.redeem(redemption, at: moment) }
    }
}

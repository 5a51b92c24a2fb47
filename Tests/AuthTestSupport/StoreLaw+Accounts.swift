import AuthCore

extension StoreLaw {
    /// Accounts: found, unique, changed.
    package static let accounts = [
        StoreLaw("an account is found byte for byte, by no other case or normalisation", checkExactName),
        StoreLaw("a name that goes on after a NUL finds nobody", checkNUL),
        StoreLaw("of several spellings the first that has an account is answered", checkSpellings),
        StoreLaw("a username is taken once, whatever the e-mail address", checkUsernameIsUnique),
        StoreLaw("an e-mail address is taken once, byte for byte", checkEmailIsUnique),
        StoreLaw("any number of accounts may have no e-mail address", checkMissingEmails),
        StoreLaw("an e-mail address is given, replaced and taken away, and taken once", checkEmailIsSet),
        StoreLaw("of 50 parallel registrations of one name one succeeds", checkParallelRegistrations),
        StoreLaw("of 50 parallel replacements of one hash one succeeds", checkCompareAndSet),
    ]

    private static func checkExactName(_ store: any Store) async throws {
        // "é" in normalisation form C; the look-ups below hold it in form D too.
        let names = ["alice", "Alice", "jos\u{E9}"]
        var ids: Set<UserID> = []
        for name in names { try await register(name, in: store) }
        for name in names {
            let user = try await find([name], in: store)
            try require(user?.username.isSameBytes(as: name) == true, "\(name) is found as \(name)")
            try require(user?.passwordHash == FakePasswordHasher.phc("password of \(name)"), "its hash comes with it")
            if let user { ids.insert(user.id) }
        }
        try require(ids.count == names.count, "every account has a number of its own")
        for other in ["ALICE", "alice ", " alice", "alic", "alicee", "jose\u{301}", "JOS\u{C9}", "%", "alic_", ""] {
            try require(try await find([other], in: store) == nil, "nobody is found as \"\(other)\"")
        }
    }

    private static func checkNUL(_ store: any Store) async throws {
        try await register("alice", in: store)
        for other in ["alice\u{0}", "alice\u{0}x", "\u{0}alice", "\u{0}"] {
            try require(try await find([other], in: store) == nil, "nobody is found as \(other.debugDescription)")
        }
    }

    private static func checkSpellings(_ store: any Store) async throws {
        try await register("alice", in: store)
        try await register("bob", in: store)
        for (spellings, name) in [
            (["alice", "bob"], "alice"), (["bob", "alice"], "bob"), (["nobody", "bob"], "bob"), ([], nil),
        ] {
            let user = try await find(spellings, in: store)
            try require(user?.username == name, "\(spellings) is \(name ?? "nobody")")
        }
    }

    private static func checkUsernameIsUnique(_ store: any Store) async throws {
        try await register("alice", email: "alice@example.com", in: store)
        let second = await failure { try await register("alice", email: "other@example.com", in: store) }
        try require(second as? AuthError == .usernameTaken, "the second alice is usernameTaken, not \(text(second))")
        let first = try await find(["alice"], in: store)
        try require(first?.id != nil, "the first alice is still there")
        try await register("bob", email: "other@example.com", in: store)
    }

    private static func checkEmailIsUnique(_ store: any Store) async throws {
        try await register("alice", email: "one@example.com", in: store)
        let second = await failure { try await register("bob", email: "one@example.com", in: store) }
        try require(second as? AuthError == .emailTaken, "the second address is emailTaken, not \(text(second))")
        try require(try await find(["bob"], in: store) == nil, "bob has no account")
        try await register("bob", email: "One@example.com", in: store)
        try await register("carol", email: "jos\u{E9}@example.com", in: store)
        try await register("dave", email: "jose\u{301}@example.com", in: store)
    }

    private static func checkEmailIsSet(_ store: any Store) async throws {
        for name in ["alice", "bob"] { try await register(name, in: store) }
        @Sendable func set(_ email: String?, of user: UserID) async throws -> Bool {
            let address = try email.map { text in try EmailAddress(text) }
            return try await store.write { transaction in try transaction.setEmail(of: user, to: address) }
        }
        func emails() async throws -> [String?] {
            try await store.read { transaction in try transaction.accounts(after: 0, limit: 9).map(\.email) }
        }
        try require(try await set("one@example.com", of: 1), "alice gets one")
        try require(try await emails() == ["one@example.com", nil], "and nobody else")
        let outcomes = await inParallel(50) { number in
            await failure { _ = try await set("two@example.com", of: number.isMultiple(of: 2) ? 1 : 2) } as? AuthError
        }
        let taken = outcomes.count { $0 == .emailTaken }
        try require(taken == 25 && outcomes.count { $0 == nil } == 25, "one of the two gets it: \(taken) do not")
        let after = try await emails()
        try require(after.count { $0 == "two@example.com" } == 1, "it is there once: \(after)")
        for user in [1, 2] as [UserID] { try require(try await set(nil, of: user), "it is taken away") }
        try require(try await emails() == [nil, nil], "nobody has one")
        try require(try await !set("one@example.com", of: 9), "there is nobody with this number")
    }

    private static func checkMissingEmails(_ store: any Store) async throws {
        for name in ["alice", "bob", "carol"] { try await register(name, in: store) }
        for name in ["alice", "bob", "carol"] {
            try require(try await find([name], in: store) != nil, "\(name) is there")
        }
    }

    private static func checkParallelRegistrations(_ store: any Store) async throws {
        let outcomes = await inParallel(50) { number in
            await failure { try await register("alice", email: "a\(number)@example.com", in: store) } as? AuthError
        }
        let successes = outcomes.count { $0 == nil }
        try require(successes == 1, "one registration succeeds, not \(successes)")
        let taken = outcomes.count { $0 == .usernameTaken }
        try require(taken == 49, "49 are usernameTaken, not \(taken)")
    }

    private static func checkCompareAndSet(_ store: any Store) async throws {
        try await register("alice", in: store)
        try await register("bob", in: store)
        guard let alice = try await find(["alice"], in: store) else { throw LawBroken(description: "alice is there") }
        let wins = await inParallel(50) { number in
            let new = PasswordHash(phcString: "new \(number)")
            let won = try? await store.write { transaction in
                try transaction.replacePasswordHash(of: alice.id, from: alice.passwordHash, to: new)
            }
            return won == true ? new : nil
        }
        let winners = wins.compactMap { $0 }
        try require(winners.count == 1, "one replacement succeeds, not \(winners.count)")
        let after = try await find(["alice"], in: store)
        try require(after?.passwordHash == winners.first, "the one that succeeded is what is there")
        let bob = try await find(["bob"], in: store)
        try require(bob?.passwordHash == FakePasswordHasher.phc("password of bob"), "others keep their hash")
    }

    static func register(_ name: String, email: String? = nil, in store: any Store) async throws {
        let user = try Sample.user(name, email: email)
        try await store.write { transaction in try transaction.insert(user) }
    }

    static func find(_ spellings: [String], in store: any Store) async throws -> User? {
        try await store.read { transaction in try transaction.user(named: spellings) }
    }

    /// What `body` answers to each number below `count`, all asked at once.
    package static func inParallel<Answer: Sendable>(
        _ count: Int, _ body: @escaping @Sendable (Int) async -> Answer
    ) async -> [Answer] {
        await withTaskGroup(of: Answer.self) { group in
            for number in 0..<count { group.addTask { await body(number) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    static func text(_ error: (any Error)?) -> String { error.map { "\($0)" } ?? "a success" }
}

extension String {
    /// Swift's `==` takes canonically equivalent spellings for one string; a database does not.
    fileprivate func isSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

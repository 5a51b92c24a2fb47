import AuthCore

extension StoreLaw {
    /// What operators see of accounts and change of them.
    package static let userStates = [
        StoreLaw("accounts are listed in the order of their numbers, page by page", checkPages),
        StoreLaw("an account that is disabled records no login and changes no password", checkDisabled),
        StoreLaw("an account that is enabled is as it was before", checkEnabled),
        StoreLaw("of 50 that disable one account one does", checkParallelDisabling),
        StoreLaw("of 50 parallel changes of one password one succeeds", checkParallelChanges),
        StoreLaw("a password is changed from the one that was there only", checkChange),
        StoreLaw("a password is reset whatever it was", checkReset),
        StoreLaw("who must change the password has done so with the first change", checkMustChange),
        StoreLaw("a deleted account is gone, its number for ever, and its log is nobody's", checkDeletion),
        StoreLaw("of 50 that delete one account one does", checkParallelDeletion),
        StoreLaw("what is done to nobody is said to be nothing", checkNobody),
    ]

    private static func checkPages(_ store: any Store) async throws {
        for name in ["alice", "bob", "carol"] {
            try await register(name, email: name == "bob" ? "bob@example.com" : nil, in: store)
        }
        let (all, two, rest, none) = try await store.read { transaction in
            (
                try transaction.accounts(after: .min, limit: 10), try transaction.accounts(after: 0, limit: 2),
                try transaction.accounts(after: 2, limit: 2), try transaction.accounts(after: 3, limit: 2)
            )
        }
        let expected = [(1, "alice", nil), (2, "bob", "bob@example.com"), (3, "carol", nil)].map { id, name, email in
            Account(id: id, username: name, email: email, registeredAt: Sample.now)
        }
        try require(all == expected, "all are there, not \(all)")
        try require(two == Array(expected[..<2]) && rest == [expected[2]] && none.isEmpty, "pages follow each other")
    }

    private static func checkDisabled(_ store: any Store) async throws {
        try await register("alice", in: store)
        try await register("bob", in: store)
        let first = try await store.write { transaction in try transaction.disable(1, at: Sample.now) }
        let later = Sample.now + .seconds(60)
        let second = try await store.write { transaction in try transaction.disable(1, at: later) }
        try require(first && !second, "an account is disabled once")
        try require(try await account(1, in: store)?.disabledAt == Sample.now, "since the first time")
        let user = try await find(["alice"], in: store)
        try require(user?.isDisabled == true, "a login finds it disabled")
        try require(try await find(["bob"], in: store)?.isDisabled == false, "bob is not")
        let old = FakePasswordHasher.phc("password of alice")
        let (login, change) = try await store.write { transaction in
            (
                try transaction.recordLogin(of: 1, at: later),
                try transaction.changePassword(of: 1, from: old, to: FakePasswordHasher.phc("new"), at: later)
            )
        }
        try require(!login && !change, "neither a login nor a change is recorded")
        let after = try await account(1, in: store)
        try require(after?.lastLogin == nil && after?.passwordChangedAt == nil, "nothing of it is there")
        try require(try await find(["alice"], in: store)?.passwordHash == old, "the password is the old one")
        let other = try await store.write { transaction in try transaction.recordLogin(of: 2, at: later) }
        try require(other, "bob logs in")
        try require(try await account(2, in: store)?.lastLogin == later, "and that is recorded")
    }

    private static func checkEnabled(_ store: any Store) async throws {
        try await register("alice", in: store)
        let before = try await account(1, in: store)
        let answers = try await store.write { transaction in
            [
                try transaction.enable(1), try transaction.disable(1, at: Sample.now), try transaction.enable(1),
                try transaction.enable(1), try transaction.recordLogin(of: 1, at: Sample.now),
            ]
        }
        try require(answers == [false, true, true, false, true], "enabled once, and used: \(answers)")
        try require(before?.disabledAt == nil && before != nil, "it was not disabled")
        try require(try await account(1, in: store)?.disabledAt == nil, "it is not disabled")
        try require(try await find(["alice"], in: store)?.isDisabled == false, "a login finds it enabled")
    }

    private static func checkParallelDisabling(_ store: any Store) async throws {
        try await register("alice", in: store)
        let wins = await inParallel(50) { number in
            (try? await store.write { try $0.disable(1, at: Sample.now + .seconds(number)) }) == true
        }
        try require(wins.count { $0 } == 1, "one disables it, not \(wins.count { $0 })")
    }

    private static func checkParallelChanges(_ store: any Store) async throws {
        try await register("alice", in: store)
        let old = FakePasswordHasher.phc("password of alice")
        let wins = await inParallel(50) { number -> PasswordHash? in
            let new = PasswordHash(phcString: "new \(number)")
            let won = try? await store.write { try $0.changePassword(of: 1, from: old, to: new, at: Sample.now) }
            return won == true ? new : nil
        }
        let winners = wins.compactMap { $0 }
        try require(winners.count == 1, "one change succeeds, not \(winners.count)")
        try require(try await find(["alice"], in: store)?.passwordHash == winners.first, "and is what is there")
    }

    private static func checkChange(_ store: any Store) async throws {
        try await register("alice", in: store)
        let (old, new) = (FakePasswordHasher.phc("password of alice"), FakePasswordHasher.phc("new"))
        let other = FakePasswordHasher.phc("other")
        let later = Sample.now + .seconds(5)
        let answers = try await store.write { transaction in
            [
                try transaction.changePassword(of: 1, from: other, to: new, at: Sample.now),
                try transaction.changePassword(of: 1, from: old, to: new, at: later),
                try transaction.changePassword(of: 1, from: old, to: other, at: Sample.now),
            ]
        }
        try require(answers == [false, true, false], "one of three changes it: \(answers)")
        try require(try await find(["alice"], in: store)?.passwordHash == new, "to the new one")
        try require(try await account(1, in: store)?.passwordChangedAt == later, "and says when")
    }

    private static func checkReset(_ store: any Store) async throws {
        try await register("alice", in: store)
        try await register("bob", in: store)
        for (hash, mustChange) in [("first", true), ("second", false), ("third", true)] {
            let new = PasswordHash(phcString: hash)
            let moment = Sample.now + .seconds(hash.count)
            let isReset = try await store.write { transaction in
                try transaction.resetPassword(of: 1, to: new, mustChange: mustChange, at: moment)
            }
            let user = try await find(["alice"], in: store)
            try require(isReset && user?.passwordHash == new, "\(hash) is there")
            try require(user?.mustChangePassword == mustChange, "\(hash) has to be changed or not")
            try require(try await account(1, in: store)?.passwordChangedAt == moment, "\(hash) says when")
        }
        let bob = try await find(["bob"], in: store)
        try require(bob?.passwordHash == FakePasswordHasher.phc("password of bob"), "bob keeps his")
    }

    private static func checkMustChange(_ store: any Store) async throws {
        let (old, new) = (PasswordHash(phcString: "generated"), PasswordHash(phcString: "chosen"))
        let made = NewUser(
            username: try Username(registering: "alice"), email: nil, passwordHash: old, registeredAt: Sample.now,
            mustChangePassword: true)
        try await store.write { transaction in try transaction.insert(made) }
        try await register("bob", in: store)
        try require(try await find(["alice"], in: store)?.mustChangePassword == true, "alice has to change it")
        try require(try await account(1, in: store)?.mustChangePassword == true, "an operator sees it")
        try require(try await find(["bob"], in: store)?.mustChangePassword == false, "bob has not")
        // Disabled and enabled again, she still has to.
        try await store.write { transaction in
            _ = try transaction.disable(1, at: Sample.now)
            _ = try transaction.enable(1)
        }
        try require(try await find(["alice"], in: store)?.mustChangePassword == true, "she still has to")
        let changed = try await store.write { transaction in
            try transaction.changePassword(of: 1, from: old, to: new, at: Sample.now)
        }
        try require(changed, "she changes it")
        try require(try await find(["alice"], in: store)?.mustChangePassword == false, "and has not to any more")
    }

    private static func checkDeletion(_ store: any Store) async throws {
        for name in ["alice", "bob"] { try await register(name, email: "\(name)@example.com", in: store) }
        let deleted = try await store.write { transaction in
            for user in [nil, 1, 2, 2] as [UserID?] {
                try transaction.append(
                    AuthLogEntry(clientAddress: "192.0.2.1", moment: Sample.now, userID: user))
            }
            _ = try transaction.disable(2, at: Sample.now)
            return try transaction.deleteUser(2)
        }
        try require(deleted, "bob is deleted")
        try require(try await find(["bob"], in: store) == nil, "nobody is called bob")
        try require(try await account(2, in: store) == nil, "nobody has his number")
        let login = try await store.write { transaction in try transaction.recordLogin(of: 2, at: Sample.now) }
        try require(!login, "a login that comes too late is none")
        let successes = try await store.read { transaction in
            try transaction.successfulLogins(from: Sample.now, to: Sample.now)
        }
        try require(successes == 1, "what he did is nobody's, alice's is hers: \(successes)")
        try await register("bob", email: "bob@example.com", in: store)
        let again = try await find(["bob"], in: store)
        try require(again?.id == 3, "another bob has another number, not \(String(describing: again?.id))")
        try require(again?.isDisabled == false, "and is not disabled")
    }

    private static func checkParallelDeletion(_ store: any Store) async throws {
        try await register("alice", in: store)
        let wins = await inParallel(50) { _ in (try? await store.write { try $0.deleteUser(1) }) == true }
        try require(wins.count { $0 } == 1, "one deletes it, not \(wins.count { $0 })")
    }

    private static func checkNobody(_ store: any Store) async throws {
        let hash = PasswordHash(phcString: "x")
        let answers = try await store.write { transaction in
            [
                try transaction.disable(7, at: Sample.now), try transaction.enable(7), try transaction.deleteUser(7),
                try transaction.resetPassword(of: 7, to: hash, mustChange: true, at: Sample.now),
                try transaction.changePassword(of: 7, from: hash, to: hash, at: Sample.now),
                try transaction.recordLogin(of: 7, at: Sample.now),
            ]
        }
        try require(!answers.contains(true), "nothing was done: \(answers)")
        try require(try await account(7, in: store) == nil, "there is no such account")
    }

    private static func account(_ id: UserID, in store: any Store) async throws -> Account? {
        try await store.read { transaction in try transaction.account(id) }
    }
}

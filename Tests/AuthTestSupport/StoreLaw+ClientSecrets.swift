import AuthCore

extension StoreLaw {
    /// Secrets of clients: two at most, and each ends when it should.
    package static let clientSecrets = [
        StoreLaw("the secret before ends when it was said to, and then another can follow", checkRotation),
        StoreLaw("of 50 that give a client a second secret one does", checkParallelRotation),
        StoreLaw("while two secrets are valid a third one ends both, or is refused", checkThird),
        StoreLaw("of 50 that end all secrets of a client one is left with its own", checkParallelReplacement),
        StoreLaw("a public client gets no secret, and another client's secrets stay", checkOthers),
        StoreLaw("a confidential client that has lost its secrets gets one", checkLost),
    ]

    private static let day: Duration = .seconds(86_400)

    private static func checkRotation(_ store: any Store) async throws {
        try await insert(try Sample.client("one"), secret: "first", in: store)
        let id = try Sample.clientID("one")
        var moment = Sample.now
        for (old, new) in [("first", "second"), ("second", "third"), ("third", "fourth")] {
            let (now, end) = (moment, moment + day)
            let isAdded = try await store.write { transaction in
                try transaction.addSecret(Sample.digest(new), to: id, at: now, endingOthersAt: end)
            }
            try require(isAdded, "\(new) is added")
            let kept = try await secrets("one", in: store)
            try require(kept.map(\.digest) == [old, new].map(Sample.digest), "\(old), then \(new)")
            try require(kept.map(\.expiresAt) == [end, nil], "\(old) ends then, \(new) does not")
            let valid = [end - .milliseconds(1), end].map { now in kept.map { $0.isValid(at: now) } }
            try require(valid == [[true, true], [false, true]], "to the millisecond")
            moment = end
        }
    }

    private static func checkParallelRotation(_ store: any Store) async throws {
        try await insert(try Sample.client("one"), secret: "first", in: store)
        let id = try Sample.clientID("one")
        let wins = await inParallel(50) { number -> ClientSecretDigest? in
            let new = Sample.digest("second \(number)")
            let won = try? await store.write { transaction in
                try transaction.addSecret(new, to: id, at: Sample.now, endingOthersAt: Sample.now + day)
            }
            return won == true ? new : nil
        }
        let winners = wins.compactMap { $0 }
        try require(winners.count == 1, "one adds it, not \(winners.count)")
        let kept = try await secrets("one", in: store).map(\.digest)
        try require(
            Set(kept) == Set(winners + [Sample.digest("first")]) && kept.count == 2, "two are there: \(kept.count)")
    }

    private static func checkThird(_ store: any Store) async throws {
        try await insert(try Sample.client("one"), secret: "first", in: store)
        let id = try Sample.clientID("one")
        let before = Sample.now + day - .milliseconds(1)
        let answers = try await store.write { transaction in
            [
                try transaction.addSecret(
                    Sample.digest("second"), to: id, at: Sample.now, endingOthersAt: Sample.now + day),
                try transaction.addSecret(Sample.digest("third"), to: id, at: before, endingOthersAt: before + day),
            ]
        }
        try require(answers == [true, false], "the third is refused: \(answers)")
        let kept = try await secrets("one", in: store)
        try require(kept.map(\.digest) == ["first", "second"].map(Sample.digest), "the two are there")
        try require(kept.map(\.expiresAt) == [Sample.now + day, nil], "and end as before")
        let isAdded = try await store.write { transaction in
            try transaction.addSecret(Sample.digest("third"), to: id, at: before, endingOthersAt: nil)
        }
        try require(isAdded, "it ends both")
        try require(try await secrets("one", in: store).map(\.digest) == [Sample.digest("third")], "and is alone")
    }

    private static func checkParallelReplacement(_ store: any Store) async throws {
        try await insert(try Sample.client("one"), secret: "first", in: store)
        let id = try Sample.clientID("one")
        let wins = await inParallel(50) { number -> ClientSecretDigest? in
            let new = Sample.digest("second \(number)")
            let won = try? await store.write { transaction in
                try transaction.addSecret(new, to: id, at: Sample.now, endingOthersAt: nil)
            }
            return won == true ? new : nil
        }
        let kept = try await secrets("one", in: store).map(\.digest)
        try require(kept.count == 1, "one is left, not \(kept.count)")
        try require(wins.compactMap { $0 }.contains { $0 == kept.first }, "and it is one that was answered")
    }

    private static func checkOthers(_ store: any Store) async throws {
        try await insert(try Sample.client("one"), secret: "first", in: store)
        try await insert(try Sample.client("two"), secret: "other", in: store)
        try await insert(try Sample.client("app", kind: .public), in: store)
        let (one, app) = (try Sample.clientID("one"), try Sample.clientID("app"))
        let answers = try await store.write { transaction in
            [
                try transaction.addSecret(Sample.digest("x"), to: app, at: Sample.now, endingOthersAt: nil),
                try transaction.addSecret(Sample.digest("y"), to: one, at: Sample.now, endingOthersAt: nil),
            ]
        }
        try require(answers == [false, true], "the public one gets none: \(answers)")
        try require(try await secrets("app", in: store).isEmpty, "none is there")
        try require(
            try await secrets("two", in: store).map(\.digest) == [Sample.digest("other")], "the other keeps its")
    }

    private static func checkLost(_ store: any Store) async throws {
        try await insert(try Sample.client("one"), in: store)
        let id = try Sample.clientID("one")
        let isAdded = try await store.write { transaction in
            try transaction.addSecret(Sample.digest("x"), to: id, at: Sample.now, endingOthersAt: Sample.now + day)
        }
        let kept = try await secrets("one", in: store)
        try require(
            isAdded && kept == [ClientSecretRecord(digest: Sample.digest("x"), createdAt: Sample.now)], "it has one")
    }
}

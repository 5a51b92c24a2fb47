import AuthCore
import Synchronization

extension StoreLaw {
    /// What holds for a unit of work of which something is made while it is on its way to the disk.
    package static let meanwhile = [
        StoreLaw("what is made meanwhile is of what the unit came to, and handed out when that is there", checkMade),
        StoreLaw("of a unit of work that fails nothing is made", checkFailedBody),
        StoreLaw("what was made of a unit that is not committed is handed out to nobody", checkFailedCommit),
        StoreLaw("a unit of work stays committed when what is made of it fails", checkFailedMake),
    ]

    private struct Deliberate: Error {}

    private static func checkMade(_ store: any Store) async throws {
        let made = try await store.write { transaction in
            try transaction.insert(try Sample.user("alice"))
            return try transaction.user(named: ["alice"])?.id
        } meanwhile: { id in
            (id, "made")
        }
        let found = try await find(["alice"], in: store)
        try require(found != nil && made.0 == found?.id && made.1 == "made", "it is made of the id: \(made)")
    }

    private static func checkFailedBody(_ store: any Store) async throws {
        let isMade = Mutex(false)
        let thrown = await failure {
            try await store.write { transaction in
                try transaction.insert(try Sample.user("alice"))
                throw Deliberate()
            } meanwhile: {
                isMade.withLock { $0 = true }
            }
        }
        try require(thrown is Deliberate, "the body's own error comes out, not \(text(thrown))")
        try require(!isMade.withLock { $0 }, "nothing is made")
        try require(try await find(["alice"], in: store) == nil, "the account is not there")
    }

    private static func checkFailedCommit(_ store: any Store) async throws {
        let thrown = await failure {
            let made = try await store.write { transaction in
                try transaction.insert(try Sample.user("alice"))
                // Of nobody: refused here, or with the COMMIT.
                try transaction.append(AuthLogEntry(clientAddress: "192.0.2.1", moment: Sample.now, userID: 99))
            } meanwhile: {
                "made"
            }
            throw LawBroken(description: "\(made) was handed out")
        }
        guard case .unavailable? = thrown as? AuthError else {
            throw LawBroken(description: "the database's refusal comes out, not \(text(thrown))")
        }
        try require(try await find(["alice"], in: store) == nil, "the account is not there")
    }

    private static func checkFailedMake(_ store: any Store) async throws {
        let thrown = await failure {
            try await store.write { transaction in
                try transaction.insert(try Sample.user("alice"))
            } meanwhile: {
                throw Deliberate()
            }
        }
        try require(thrown is Deliberate, "its error comes out, not \(text(thrown))")
        try require(try await find(["alice"], in: store) != nil, "the account is there")
    }
}

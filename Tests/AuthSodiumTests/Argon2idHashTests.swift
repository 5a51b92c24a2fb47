import AuthCore
import AuthSodium
import AuthTestSupport
import Testing

@Suite("Argon2id hashes", .timeLimit(.minutes(1)))
struct Argon2idHashTests {
    private static let odd = [
        "", " ", "correct horse battery staple", "before\u{0}after", "p\u{E4}ssw\u{F6}rd \u{1F511}",
        String(repeating: "x", count: 10_240),
    ]

    private func hasher(memoryKiB: Int = 64, passes: Int = 1) -> SodiumPasswordHasher {
        SodiumPasswordHasher(
            parameters: Argon2id.Parameters(memoryKiB: memoryKiB, passes: passes),
            pool: WorkerPool(threads: 1, deadline: .seconds(60), time: ManualTimeSource()))
    }

    @Test(
        "a hash is a PHC string with the parameters that were asked for",
        arguments: [(19_456, 2), (64, 1), (8, 3), (1_024, 10)])
    func format(memoryKiB: Int, passes: Int) async throws {
        let hash = try await hasher(memoryKiB: memoryKiB, passes: passes).hash(Secret("password123"))
        let parts = hash.phcString.split(separator: "$", omittingEmptySubsequences: false)
        try #require(parts.count == 6)
        #expect(parts[0].isEmpty)
        #expect(parts[1] == "argon2id")
        #expect(parts[2] == "v=19")
        #expect(parts[3] == "m=\(memoryKiB),t=\(passes),p=1")
        // 16 bytes of salt and 32 of tag in base64 without padding, as argon2-cffi reads and writes them.
        #expect(parts[4].count == 22)
        #expect(parts[5].count == 43)
    }

    @Test("the same password hashes to another string every time")
    func salts() async throws {
        let hasher = hasher()
        var salts: Set<Substring> = []
        for _ in 0..<20 {
            let hash = try await hasher.hash(Secret("password123"))
            salts.insert(hash.phcString.split(separator: "$")[3])
        }
        #expect(salts.count == 20)
    }

    @Test("every password opens its own hash, byte for byte", arguments: odd)
    func opensItsOwn(password: String) async throws {
        let hasher = hasher()
        let hash = try await hasher.hash(Secret(password))
        #expect(try await hasher.verify(Secret(password), against: hash))
    }

    @Test(
        "no other password opens it",
        arguments: [
            ("password123", "password124"), ("password123", ""), ("", "password123"), ("", "\u{0}"),
            ("password123", "password123\u{0}"), ("before\u{0}after", "before"), ("before\u{0}after", "before\u{0}"),
            // One character to Unicode, two spellings: passwords are bytes.
            ("\u{E9}", "e\u{301}"),
            (String(repeating: "x", count: 10_240), String(repeating: "x", count: 10_239)),
        ])
    func refusesOthers(password: String, other: String) async throws {
        let hasher = hasher()
        let hash = try await hasher.hash(Secret(password))
        #expect(try await !hasher.verify(Secret(other), against: hash))
    }

    @Test(
        "a hash made under other parameters is to be made again",
        arguments: [
            ("$argon2id$v=19$m=64,t=1,p=1$", false),
            ("$argon2id$v=19$m=65536,t=3,p=4$", true),
            ("$argon2id$v=19$m=64,t=1,p=4$", true),
            ("$argon2id$v=19$m=64,t=2,p=1$", true),
            ("$argon2id$v=19$m=65,t=1,p=1$", true),
            ("$argon2id$v=19$m=640,t=1,p=1$", true),
            ("$argon2id$v=19$m=64,t=1,p=10$", true),
            ("$argon2id$v=16$m=64,t=1,p=1$", true),
            ("$argon2id$m=64,t=1,p=1$", true),
            ("$argon2i$v=19$m=64,t=1,p=1$", true),
            ("$argon2d$v=19$m=64,t=1,p=1$", true),
        ])
    func rehash(prefix: String, isNeeded: Bool) {
        let salt = "MDEyMzQ1Njc4OWFiY2RlZg"
        let tag = "1SiCM8zEmGBa3FJ8+dyfT6YZJ/F7fb7dWUtQ+E3ftIQ"
        #expect(hasher().needsRehash(PasswordHash(phcString: prefix + salt + "$" + tag)) == isNeeded)
    }

    @Test("a hash of its own is not to be made again")
    func ownHashStays() async throws {
        let hasher = hasher()
        #expect(try await !hasher.needsRehash(hasher.hash(Secret("password123"))))
    }
}

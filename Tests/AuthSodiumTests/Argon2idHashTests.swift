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

    private static let salt = "MDEyMzQ1Njc4OWFiY2RlZg"
    private static let tag = "1SiCM8zEmGBa3FJ8+dyfT6YZJ/F7fb7dWUtQ+E3ftIQ"

    @Test(
        "what asks for more than a login may cost, or is no PHC string, is not computed",
        arguments: [
            ("m=65536,t=3,p=4", true), ("m=19456,t=2,p=1", true), ("m=8,t=1,p=1", true), ("m=1048576,t=2,p=1", true),
            ("m=64,t=1,p=8", true), ("m=64,t=4294967295,p=1", false), ("m=4194303,t=1,p=1", false),
            ("m=4294967295,t=4294967295,p=1", false), ("m=64,t=1,p=9", false), ("m=65536,t=1,p=16777215", false),
            ("m=1048576,t=3,p=1", false), ("m=64,t=0,p=1", false), ("m=64,t=1,p=0", false), ("m=0,t=1,p=1", false),
            ("m=064,t=1,p=1", false), ("m=-64,t=1,p=1", false), ("m=+64,t=1,p=1", false), ("t=1,m=64,p=1", false),
            ("m=64,t=1", false), ("m=64,t=1,p=1,", false), ("m=99999999999999999999,t=1,p=1", false),
        ])
    func bounds(_ parameters: String, isVerified: Bool) async throws {
        let hash = PasswordHash(phcString: "$argon2id$v=19$\(parameters)$\(Self.salt)$\(Self.tag)")
        #expect(hasher().canVerify(hash) == isVerified)
        guard !isVerified else { return }
        #expect(try await !hasher().verify(Secret("password123"), against: hash))
    }

    @Test(
        "nor what is not written as a hash is",
        arguments: [
            "", "x", "$", "$argon2id$", "$argon2d$v=19$m=64,t=1,p=1$\(salt)$\(tag)",
            "$argon2id$v=16$m=64,t=1,p=1$\(salt)$\(tag)", "$argon2id$m=64,t=1,p=1$\(salt)$\(tag)",
            "$argon2id$v=19$m=64,t=1,p=1$$\(tag)", "$argon2id$v=19$m=64,t=1,p=1$\(salt)$",
            "$argon2id$v=19$m=64,t=1,p=1$\(salt)=$\(tag)", "$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(tag)$",
            "$argon2id$v=19$m=64,t=1,p=1$\(salt.dropLast())h$\(tag)", "$argon2id$v=19$m=64,t=1,p=1$AAAA$\(tag)",
            "$argon2id$v=19$m=64,t=1,p=1$\(salt)$\(String(repeating: "A", count: 4_000))",
            "$2b$12$abcdefghijklmnopqrstuv",
        ])
    func shapes(_ text: String) { #expect(!hasher().canVerify(PasswordHash(phcString: text))) }

    @Test("what the settings allow is verified while they do") func ownParameters() {
        let hash = PasswordHash(phcString: "$argon2id$v=19$m=4194304,t=9,p=1$\(Self.salt)$\(Self.tag)")
        #expect(hasher(memoryKiB: 4_194_304, passes: 9).canVerify(hash))
        #expect(!hasher(memoryKiB: 4_194_303, passes: 9).canVerify(hash))
    }

    @Test("a hash of its own is not to be made again")
    func ownHashStays() async throws {
        let hasher = hasher()
        #expect(try await !hasher.needsRehash(hasher.hash(Secret("password123"))))
    }
}

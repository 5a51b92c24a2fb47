import AuthServer
import AuthSodium
import Testing

@Suite("Settings of passwords") struct PasswordSettingsTests {
    @Test("have defaults") func defaults() throws {
        let passwords = try settings().passwords
        #expect(passwords.argon2 == Argon2id.Parameters(memoryKiB: 19_456, passes: 2))
        #expect(passwords.threads == 4 && passwords.deadline == .seconds(2))
    }

    @Test("are what was set") func values() throws {
        let passwords = try settings([
            "JWKS_ARGON2_MEMORY": "8", "JWKS_ARGON2_PASSES": "1000", "JWKS_HASH_THREADS": "1024",
            "JWKS_HASH_DEADLINE": "1m",
        ]).passwords
        #expect(passwords.argon2 == Argon2id.Parameters(memoryKiB: 8, passes: 1_000))
        #expect(passwords.threads == 1_024 && passwords.deadline == .seconds(60))
    }

    @Test("count threads by what a hash takes of the memory") func threads() throws {
        #expect(try settings(["JWKS_ARGON2_MEMORY": "2097152"]).passwords.threads == 2)
    }

    @Test(
        "refuse what is malformed",
        arguments: [
            ("JWKS_ARGON2_MEMORY", "lots", "give a whole number from 8 to 4194304"),
            ("JWKS_ARGON2_MEMORY", "1", "give a whole number from 8 to 4194304"),
            ("JWKS_ARGON2_PASSES", "0", "give a whole number from 1 to 1000"),
            ("JWKS_HASH_THREADS", "two", "give a whole number from 1 to 1024"),
            ("JWKS_HASH_THREADS", "-1", "give a whole number from 1 to 1024"),
            ("JWKS_HASH_DEADLINE", "later", "give a time such as 90s, 15m, 24h or 30d"),
        ])
    func malformed(_ name: String, _ text: String, _ remedy: String) {
        #expect(refusal([name: text]) == "\(name) is \"\(text)\": \(remedy)")
    }
}

@Suite("HostResources") struct HostResourcesTests {
    @Test(
        "give each core a thread while their hashes fit in half of the memory, and one always",
        arguments: [(8, 1_000_000, 10_000, 8), (8, 100_000, 10_000, 5), (8, 10_000, 10_000, 1), (1, 1_000_000, 1, 1)])
    func threads(_ cores: Int, _ memoryKiB: Int, _ hashKiB: Int, _ threads: Int) {
        #expect(HostResources(cores: cores, memoryKiB: memoryKiB).hashThreads(memoryKiB: hashKiB) == threads)
    }

    @Test(
        "some of the open files are kept from connections",
        arguments: [(0, 1), (20, 10), (200, 136), (1_024, 960), (20_000, 18_750), (Int.max, 65_536)])
    func connections(files: Int, connections: Int) {
        #expect(HostResources.connections(files: files) == connections)
    }
}

import ArgumentParser
package import AuthSodium

/// What a password hash costs, and how many are made at once.
package struct PasswordSettings: Sendable {
    // libsodium takes 8 KiB at the least; OWASP's floor is 7 MiB with 5 passes, a matter of judgement.
    static let memory = Setting(
        "JWKS_ARGON2_MEMORY", "KiB of memory for a password hash", default: "19456", .integer(8...4_194_304))
    static let passes = Setting(
        "JWKS_ARGON2_PASSES", "Passes over that memory", default: "2", .integer(1...1_000))
    static let threads = Setting(
        "JWKS_HASH_THREADS", "Threads that hash", otherwise: "cores, as far as half of the memory reaches",
        .integer(1...1_024))
    static let deadline = Setting("JWKS_HASH_DEADLINE", "How long a hash may wait to begin", default: "2s", .duration)
    static let definitions = [memory.definition, passes.definition, threads.definition, deadline.definition]

    struct Options: SettingOptionGroup {
        @Option(help: PasswordSettings.memory.optionHelp) var argon2Memory: String?
        @Option(help: PasswordSettings.passes.optionHelp) var argon2Passes: String?
        @Option(help: PasswordSettings.threads.optionHelp) var hashThreads: String?
        @Option(help: PasswordSettings.deadline.optionHelp) var hashDeadline: String?
    }

    /// Memory and passes of new hashes.
    package let argon2: Argon2id.Parameters
    /// Threads that hash, sign and make keys.
    package let threads: Int
    /// How long a login may wait for a thread before it is refused.
    package let deadline: Duration

    init(_ reader: SettingsReader, host: HostResources) throws {
        let argon2 = Argon2id.Parameters(
            memoryKiB: try reader.value(of: Self.memory), passes: try reader.value(of: Self.passes))
        self.argon2 = argon2
        threads = try reader.value(of: Self.threads, otherwise: host.hashThreads(memoryKiB: argon2.memoryKiB))
        deadline = try reader.value(of: Self.deadline)
    }
}

import ArgumentParser
import AuthCore

struct KeysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Take a key out of the JWK Set at once: for a key that leaked.",
        discussion: "If it was signing, its successor signs at once. docs/key-lifecycle.md says what follows.")

    @Argument(help: "The kid, as `keys list` shows it.") var kid: String
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await CommandContext.run(options) { context in
            // A successor that is missing is made first: the JWK Set is empty at no moment.
            let before = try await context.step(.due).plan
            guard let key = before.keys.first(where: { $0.id.description == kid }) else {
                throw AuthError.refused("there is no key \(kid): `jwks-server keys list` shows those there are")
            }
            guard key.state != .expired else {
                throw AuthError.refused("key \(kid) is in no JWK Set: it only signs tokens that are expired already")
            }
            let outcome = try await context.step(.revocation(key.id))
            let tokens = try await liveTokens(of: key, context)
            try report(key, outcome.plan, liveTokens: tokens, context.settings)
        }
    }

    /// At most as many as there were logins while the key signed and a token could still be alive.
    private func liveTokens(of key: KeyLifecycle, _ context: CommandContext) async throws -> Int {
        guard key.state == .active || key.state == .retired else { return 0 }
        let now = context.time.now
        let start = max(key.activatesAt, now - context.settings.tokens.lifetime)
        let end = key.retiredAt ?? now
        return try await context.store.read { transaction in
            try transaction.successfulLogins(from: start, to: end)
        }
    }

    private func report(_ key: KeyLifecycle, _ plan: KeySchedule.Plan, liveTokens: Int, _ settings: Settings) throws {
        guard let active = plan.active else { throw AuthError.refused("no key signs: start the server") }
        let cached = settings.keyPolicy.maxAge.secondsRoundedUp
        if json {
            printJSON([
                ("revoked", .string(kid)), ("signs", .string(active.id.description)),
                ("live_tokens_at_most", .integer(Int64(liveTokens))), ("cached_for_at_most", .integer(cached)),
            ])
            return
        }
        print("key \(kid) is out of the JWK Set; key \(active.id) signs")
        print("at most \(liveTokens) live tokens were signed with it: they are refused from now on")
        print("a verifier with a cached JWK Set goes on accepting them until its cache ends, within \(cached) s")
        if key.state == .active {
            print(
                "and refuses tokens of key \(active.id) until then only if it has not fetched since that was published")
        }
    }
}

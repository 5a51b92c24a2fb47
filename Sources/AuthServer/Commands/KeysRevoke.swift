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
        try await UnlockedApp.use(options) { app in
            // A successor that is missing is made first: the JWK Set is empty at no moment.
            let before = try await app.step(.due).plan
            guard let key = before.keys.first(where: { $0.id.description == kid }) else {
                if let id = Int64(kid).map({ KeyID($0) }), id.description == kid,
                    try await app.rotateKeys.revokeRetired(id)
                {
                    return await RetiredKeyReport(id).print(asJSON: json, database: app.settings.database.address)
                }
                throw OperatorError.refused("there is no key \(kid): `jwks-server keys list` shows those there are")
            }
            guard key.state != .expired else {
                throw OperatorError.refused(
                    "key \(kid) is in no JWK Set: it only signs tokens that are expired already")
            }
            let outcome = try await app.step(.revocation(key.id))
            let tokens = try await liveTokens(of: key, app)
            let (store, now) = (app.store, app.time.now)
            let grants = try await store.read { transaction in try transaction.livingGrants(at: now) }
            guard let active = outcome.plan.active(key.algorithm) ?? outcome.plan.active else {
                throw OperatorError.refused("no key signs: start the server")
            }
            let report = RevocationReport(
                revoked: key, active: active.id, liveTokens: tokens, liveGrants: grants,
                cachedFor: app.settings.keys.policy.maxAge)
            await report.print(asJSON: json, database: app.settings.database.address)
        }
    }

    /// At most as many as there were logins while the key signed and a token could still be alive.
    private func liveTokens(of key: KeyLifecycle, _ app: UnlockedApp) async throws -> Int {
        guard key.state != .published else { return 0 }
        let now = app.time.now
        let start = max(key.activatesAt, now - app.settings.tokens.lifetime)
        let end = key.retiredAt ?? now
        return try await app.store.read { transaction in
            try transaction.successfulLogins(from: start, to: end)
        }
    }
}

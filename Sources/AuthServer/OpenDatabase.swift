import AuthCore
import AuthSodium

/// How the server and the commands get at the data.
enum OpenDatabase {
    /// Proves the secret on what is there before anything is changed, then opens the database for good.
    static func open(
        _ settings: Settings, secret: Secret, executor: any CPUExecutor, time: any TimeSource
    ) async throws -> (database: OpenedStore, sealer: KeySealer) {
        let unlock = UnlockKeys(secret: secret, derivation: SodiumKeyDerivation(), executor: executor, time: time)
        let proven = try await unlock.prove(try settings.database.peek().contents)
        let database = try settings.database.open()
        if let proven { return (database, proven) }
        do {
            return (database, try await unlock.adopt(in: database.store))
        } catch {
            database.close()
            throw error
        }
    }
}

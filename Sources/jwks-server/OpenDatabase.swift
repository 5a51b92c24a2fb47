import AuthCore
import AuthSQLite
import AuthSodium

/// How the server and the commands get at the data.
enum OpenDatabase {
    /// Proves the secret on what is there before anything is changed, then opens the file for good.
    static func open(
        _ settings: Settings, secret: Secret, work: any HeavyWork, time: any TimeSource
    ) async throws -> (store: SQLiteStore, vault: KeyVault) {
        let unlock = UnlockKeys(secret: secret, derivation: SodiumKeyDerivation(), work: work, time: time)
        let path = settings.databasePath
        let proven = try await unlock.prove(try SQLiteStore.peek(path: path))
        let store = try SQLiteStore(path: path)
        if let proven { return (store, proven) }
        return (store, try await unlock.adopt(in: store))
    }
}

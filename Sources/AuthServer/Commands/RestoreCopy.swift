import AuthCore
import AuthSQLite

/// A copy on its way to the place of a database: proven, and made fit to go on from.
struct RestoreCopy {
    /// So many numbers are passed over: more accounts and keys than there can have been since any backup.
    private static let accounts: Int64 = 1_000_000
    private static let kids: Int64 = 1_000

    let path: String
    /// The file that it was copied from, for what is said of it.
    let origin: String
    let app: App
    let secret: Secret

    /// Proves that the copy is whole and that the secret opens every key in it; then passes over the numbers that were
    /// given since, ends the sessions and grants that come back, which may have been ended since, and replaces the keys
    /// that do if that is wanted.
    func callAsFunction(replacesKeys: Bool) async throws -> RestoreReport {
        let copy = try SQLiteCopy(path: path, named: "FILE names \(origin)")
        let unlock = app.unlockKeys(with: secret)
        let verdict = try await unlock.verifyMasterKey(on: copy.contents)
        let returning = ReturningKeys(copy.contents, at: app.time.now)
        try SQLiteNumbers.skip(users: Self.accounts, kids: Self.kids, in: path)
        let ended = try SQLiteAccess.endAll(for: .restored, at: app.time.now, in: path)
        try SQLiteAudit.append(AuditEvent(.restore, by: app.origin, at: app.time.now), in: path)
        guard replacesKeys else {
            return RestoreReport(copy, from: origin, ended: ended, returning: returning, replaced: nil)
        }
        let database = try await OpenDatabase(.sqlite(path: path))
        defer { database.close() }
        let sealer: KeySealer
        if let proven = verdict.sealer {
            sealer = proven
        } else {
            sealer = try await unlock.importOriginal(into: database.store)
        }
        let rotate = UnlockedApp(app: app, database: database, sealer: sealer).rotateKeys
        let (outcome, revoked) = try await rotate.replace(returning.ids)
        guard let active = outcome.plan.active else { throw OperatorError.refused("no key signs: try again") }
        return RestoreReport(
            copy, from: origin, ended: ended, returning: returning, replaced: (revoked, active.id))
    }
}

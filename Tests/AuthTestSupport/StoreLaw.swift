package import AuthCore

/// What every adapter of the ``Store`` port promises, one law for each sentence.
package struct StoreLaw: Sendable, CustomStringConvertible {
    /// The law as a sentence.
    package let name: String
    /// Tries the law on a fresh store.
    /// - Throws: ``LawBroken`` when the store breaks the law, or what the store throws.
    package let check: @Sendable (any Store) async throws -> Void

    init(_ name: String, _ check: @escaping @Sendable (any Store) async throws -> Void) {
        self.name = name
        self.check = check
    }

    package var description: String { name }

    /// Every law, slice by slice.
    package static let all =
        accounts + userStates + clients + clientSecrets + resources + consents + grants + grantedTokens + refreshing
        + codes + sessions + flows + endOfAccess + ownAccount + logout + tokenSecrets + audit + auditEvents + keys
        + signing + keyEncryptionKeys + keyPropagation
        + keySights
        + loginRecords
        + unitsOfWork + meanwhile
}

/// A store broke a law.
package struct LawBroken: Error, CustomStringConvertible {
    /// What was expected and did not hold.
    package let description: String
}

/// Throws ``LawBroken`` unless `holds`.
func require(_ holds: Bool, _ expectation: String) throws(LawBroken) {
    guard holds else { throw LawBroken(description: "expected: \(expectation)") }
}

/// The error that `body` throws; nil when it throws none.
func failure(of body: () async throws -> Void) async -> (any Error)? {
    do {
        try await body()
        return nil
    } catch {
        return error
    }
}

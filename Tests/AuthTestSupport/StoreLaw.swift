package import AuthCore

/// What every adapter of the ``Store`` port promises, one law for each sentence. Each wants a fresh store.
package enum StoreLaw: String, CaseIterable, Sendable, CustomStringConvertible {
    case accountIsFoundByExactlyItsName = "an account is found byte for byte, by no other case or normalisation"
    case nameIsComparedBeyondNUL = "a name that goes on after a NUL finds nobody"
    case firstSpellingWins = "of several spellings the first that has an account is answered"
    case usernameIsUnique = "a username is taken once, whatever the e-mail address"
    case emailIsUnique = "an e-mail address is taken once, byte for byte"
    case missingEmailsDoNotClash = "any number of accounts may have no e-mail address"
    case parallelRegistrationsOfOneName = "of 50 parallel registrations of one name one succeeds"
    case passwordHashIsComparedAndSet = "of 50 parallel replacements of one hash one succeeds"
    case loginIsRecorded = "a login is recorded and leaves the account as it was"
    case auditNamesAccountsThatExist = "an audit row names an account that exists, or none"

    case successfulLoginsAreCounted = "successful logins are counted within a stretch of time, to the second"
    case lastReadinessIsKept = "of what was recorded about verifiers the last is kept"

    case failedUnitLeavesNothing = "a unit of work that fails leaves nothing behind"
    case readSeesOneState = "a read sees one consistent state while others write"
    case ownWritesAreSeen = "a unit of work sees what it wrote"
    case cancelledCallersWriteCommits = "a write whose caller is cancelled meanwhile commits"

    case keyComesBackWhole = "a key comes back with every field"
    case keyUpdateReplacesAllButTheKid = "an update of a key replaces everything but the kid"
    case keyUpdateTakesRecordAway = "an update of a key to one without a record takes the record away"
    case keysAreOrdered = "keys come by ascending kid"
    case kidIsNeverUsedAgain = "a kid is never given again, deleted ones included"
    case onePublishedKey = "there is one published key at most"
    case oneActiveKey = "there is one active key at most"
    case promiseNeedsAnActiveKey = "only an active key can promise to sign"
    case promiseNeverShrinks = "a promise to sign is never shortened, and exp never lowered"
    case racingFillsMakeOneSuccessor = "two that fill the same need at once make one successor"
    case racingRotationsAreOne = "eight that carry out one rotation at once carry it out once"

    case keyEncryptionKeyComesBackWhole = "a key-encryption key comes back with every field"
    case keyEncryptionKeysAreOrdered = "key-encryption keys come by creation"
    case keyEncryptionKeyIsDeleted = "a key-encryption key is deleted alone"

    /// The law as a sentence.
    package var description: String { rawValue }

    /// Tries the law.
    /// - Parameter store: a fresh one.
    /// - Throws: ``LawBroken`` when the store breaks the law, or what the store throws.
    package func check(on store: any Store) async throws {
        switch self {
        case .accountIsFoundByExactlyItsName: try await Self.checkExactName(store)
        case .nameIsComparedBeyondNUL: try await Self.checkNUL(store)
        case .firstSpellingWins: try await Self.checkSpellings(store)
        case .usernameIsUnique: try await Self.checkUsernameIsUnique(store)
        case .emailIsUnique: try await Self.checkEmailIsUnique(store)
        case .missingEmailsDoNotClash: try await Self.checkMissingEmails(store)
        case .parallelRegistrationsOfOneName: try await Self.checkParallelRegistrations(store)
        case .passwordHashIsComparedAndSet: try await Self.checkCompareAndSet(store)
        case .loginIsRecorded: try await Self.checkLogin(store)
        case .auditNamesAccountsThatExist: try await Self.checkAuditReference(store)
        case .successfulLoginsAreCounted: try await Self.checkLoginCount(store)
        case .lastReadinessIsKept: try await Self.checkReadiness(store)
        case .failedUnitLeavesNothing: try await Self.checkFailedUnit(store)
        case .readSeesOneState: try await Self.checkConsistentRead(store)
        case .ownWritesAreSeen: try await Self.checkOwnWrites(store)
        case .cancelledCallersWriteCommits: try await Self.checkCancelledWrite(store)
        case .keyComesBackWhole: try await Self.checkKeyRoundTrip(store)
        case .keyUpdateReplacesAllButTheKid: try await Self.checkKeyUpdate(store)
        case .keyUpdateTakesRecordAway: try await Self.checkRecordRemoval(store)
        case .keysAreOrdered: try await Self.checkKeyOrder(store)
        case .kidIsNeverUsedAgain: try await Self.checkKeyIDs(store)
        case .onePublishedKey: try await Self.checkOneEach(.published, store)
        case .oneActiveKey: try await Self.checkOneEach(.active, store)
        case .promiseNeedsAnActiveKey: try await Self.checkPromiseState(store)
        case .promiseNeverShrinks: try await Self.checkPromiseGrowth(store)
        case .racingFillsMakeOneSuccessor: try await Self.checkRacingFills(store)
        case .racingRotationsAreOne: try await Self.checkRacingRotations(store)
        case .keyEncryptionKeyComesBackWhole: try await Self.checkKeyEncryptionKeyRoundTrip(store)
        case .keyEncryptionKeysAreOrdered: try await Self.checkKeyEncryptionKeyOrder(store)
        case .keyEncryptionKeyIsDeleted: try await Self.checkKeyEncryptionKeyDeletion(store)
        }
    }
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

import AuthCore

/// Everything a ``MemoryStore`` holds, as a value.
struct MemoryState: Sendable {
    struct Account: Sendable {
        var user: User
        let email: String?
        let registeredAt: Timestamp
    }

    var accounts: [Account] = []
    var lastLogins: [UserID: Timestamp] = [:]
    var authLog: [AuthLogEntry] = []
    /// By ascending kid.
    var keys: [StoredKey] = []
    var lastKeyID: Int64 = 0
    var keyEncryptionKeys: [KeyEncryptionKeyRecord] = []
    var signingExtensions = 0
    var readiness: KeyPropagation?

    /// By creation; of two made at the same moment the one stored first comes first.
    var sortedKeyEncryptionKeys: [KeyEncryptionKeyRecord] {
        keyEncryptionKeys.enumerated()
            .sorted { ($0.element.createdAt, $0.offset) < ($1.element.createdAt, $1.offset) }
            .map(\.element)
    }
}

extension String {
    /// Swift's `==` takes canonically equivalent spellings for one string; a database does not.
    func isSameBytes(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

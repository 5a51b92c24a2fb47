package import AuthCore
import Crypto
package import Logging

/// Values for tests in which only one thing matters.
package enum Sample {
    /// The moment at which ``ManualTimeSource`` starts.
    package static let now = Timestamp(seconds: 1_800_000_000)

    /// The key-encryption secret of tests.
    package static let masterKey = Secret("correct horse battery staple")

    /// What stands for accounts in tests.
    package static let accounts = AccountDigest(key: SymmetricKey(data: [UInt8](repeating: 7, count: 32)))

    /// What slows down who guesses.
    package static func delays(
        isOn: Bool = true, time: any TimeSource,
        logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    ) -> LoginDelays {
        LoginDelays(accounts: accounts, isOn: isOn, time: time, logger: logger)
    }

    /// An account about to be stored, its password being "password of <name>".
    package static func user(_ name: String, email: String? = nil) throws(AuthError) -> NewUser {
        try user(name, email: email, hash: FakePasswordHasher.phc("password of \(name)"))
    }

    /// An account about to be stored.
    package static func user(_ name: String, email: String? = nil, hash: PasswordHash) throws(AuthError) -> NewUser {
        NewUser(
            username: try Username(registering: name),
            email: try email.map { text throws(AuthError) in try EmailAddress(text) }, passwordHash: hash,
            registeredAt: now)
    }

    /// A key whose sealed bytes are nothing that could be opened.
    package static func key(
        _ id: Int64, _ state: KeyState, algorithm: KeyAlgorithm = .rs256, latestTokenExpiry: Timestamp? = nil,
        withdrawnAt: Timestamp = now + .seconds(1_000)
    ) -> StoredKey {
        StoredKey(
            KeyLifecycle(
                id: KeyID(id), algorithm: algorithm, state: state, publishedAt: now, activatesAt: now,
                latestTokenExpiry: latestTokenExpiry, withdrawnAt: withdrawnAt),
            sealed: [UInt8(truncatingIfNeeded: id)])
    }

    /// Something that was done, `number` seconds after ``now``, with a value in every column.
    package static func auditEvent(_ number: Int64, _ action: AuditAction = .login) -> AuditEvent {
        AuditEvent(
            action, .failure, reason: .wrongPassword,
            by: .caller(IPAddress(ipv4: 0xC000_0201), userAgent: "agent \t \\ \(number)"),
            at: now + .seconds(number), userID: number, username: "jos\u{E9}", client: "client-\(number)",
            kid: KeyID(number), jti: "jti-\(number)")
    }

    /// A key-encryption key's record that no secret leads to.
    package static func keyEncryptionKey(
        _ id: UInt64, createdAt: Timestamp = now, handover: [UInt8]? = nil
    ) -> KeyEncryptionKeyRecord {
        KeyEncryptionKeyRecord(
            id: KeyEncryptionKeyID(id), salt: Array(0..<16), memoryKiB: 19_456, passes: 2,
            checkValue: Array(repeating: 0xA5, count: 32), createdAt: createdAt, handover: handover)
    }
}

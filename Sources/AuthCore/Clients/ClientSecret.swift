import Crypto

/// A client's secret in the clear, as it is shown once: 256 random bits, with a beginning by which scanners of source code
/// find it. It prints as a placeholder.
package struct ClientSecret: Sendable, CustomStringConvertible, CustomReflectable {
    /// What the client is configured with.
    package let text: String

    /// A new one, from the system's CSPRNG.
    package static func random() -> ClientSecret {
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        return ClientSecret(text: "cs_\(Base64URL.text(bytes))")
    }

    /// What is kept of it.
    package var digest: ClientSecretDigest { ClientSecretDigest(of: Secret(text)) }
    package var description: String { "<secret>" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// SHA-256 of a client's secret. Nobody guesses 256 random bits, so that no slow hash is needed: `/token` does not queue
/// behind passwords.
package struct ClientSecretDigest: Hashable, Sendable {
    /// How many bytes there are.
    package static let length = 32

    /// The digest.
    package let bytes: [UInt8]

    /// Of what a client sent, or will send.
    package init(of secret: Secret) { bytes = secret.withBytes { SHA256.hash(data: $0).bytes } }

    /// As it is stored: ``length`` bytes.
    package init(stored bytes: [UInt8]) { self.bytes = bytes }

    /// In a time that tells nothing of where they differ.
    package static func == (left: Self, right: Self) -> Bool {
        guard left.bytes.count == right.bytes.count else { return false }
        // `|` and `^` bind equally: without the parentheses one digest in 256 would be any other.
        return zip(left.bytes, right.bytes).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// A client's secret as it is kept.
package struct ClientSecretRecord: Equatable, Sendable {
    /// What is left of it.
    package let digest: ClientSecretDigest
    /// Since when it is valid.
    package let createdAt: Timestamp
    /// When it ends; nil for the one that was made last.
    package let expiresAt: Timestamp?

    /// A secret with these columns.
    package init(digest: ClientSecretDigest, createdAt: Timestamp, expiresAt: Timestamp? = nil) {
        self.digest = digest
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// Whether a client may prove itself with it.
    package func isValid(at now: Timestamp) -> Bool { expiresAt.map { now < $0 } ?? true }
}

import Foundation

/// A key of the JWK Set, for what takes keys one by one and in PEM.
package struct PublishedKey: Equatable, Sendable {
    /// The `kid` of its tokens.
    package let id: KeyID
    /// The `alg` of its tokens.
    package let algorithm: KeyAlgorithm
    /// SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) in PEM (RFC 7468 §13), a line end after each line.
    package let pem: String

    /// The public half of a key under its kid.
    package init(id: KeyID, _ key: PublicKey) {
        self.id = id
        algorithm = key.algorithm
        let text = key.subjectPublicKeyInfo.base64EncodedString(options: [
            .lineLength64Characters, .endLineWithLineFeed,
        ])
        pem = "-----BEGIN PUBLIC KEY-----\n\(text)\n-----END PUBLIC KEY-----\n"
    }
}

extension PublicKey {
    /// The key and what it is of, in DER (RFC 5280 §4.1.2.7).
    fileprivate var subjectPublicKeyInfo: Data {
        switch self {
        case .rs256, .es256: encoded
        // RFC 8410 §4 and §10.1: id-Ed25519 without parameters, then the 32 bytes as a BIT STRING.
        case .edDSA: Data([0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]) + encoded
        }
    }
}

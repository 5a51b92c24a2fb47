/// The algorithm of a signing key: what `alg` says in the tokens under it and in its JWK (RFC 7518 §3.1, RFC 8037 §3.1).
/// A key never changes its algorithm.
package enum KeyAlgorithm: String, CaseIterable, Comparable, Sendable {
    /// RSASSA-PKCS1-v1_5 with SHA-256. Always there: OpenID Connect Discovery §3 wants it, many clients know no other.
    case rs256 = "RS256"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// Ed25519.
    case edDSA = "EdDSA"

    package static func < (left: Self, right: Self) -> Bool { left.position < right.position }

    private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

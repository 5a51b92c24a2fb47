/// The algorithms that signatures are verified with (RFC 7518 §3.1, RFC 8037 §3.1). There is no `none`, and nothing with a
/// shared secret.
public enum SignatureAlgorithm: String, CaseIterable, Sendable {
    /// RSASSA-PKCS1-v1_5 with SHA-256, of keys of 2,048 to 8,192 bits.
    case rs256 = "RS256"
    /// ECDSA on P-256 with SHA-256.
    case es256 = "ES256"
    /// Ed25519.
    case edDSA = "EdDSA"
}

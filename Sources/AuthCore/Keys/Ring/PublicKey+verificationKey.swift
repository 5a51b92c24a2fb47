import JWKSVerifier

extension PublicKey {
    /// This key, for the library that verifies.
    var verificationKey: VerificationKey {
        switch self {
        case .rs256(let key): .rs256(key)
        case .es256(let key): .es256(key)
        case .edDSA(let key): .edDSA(key)
        }
    }
}

import Crypto
import CryptoExtras
import Foundation

extension PublicKey {
    /// Whether `signature` is the JWS signature over `input`, by the algorithm of this key and no other.
    func isValid(_ signature: some Collection<UInt8>, over input: some Collection<UInt8>) -> Bool {
        let (signature, input) = (Data(signature), Data(input))
        switch self {
        case .rs256(let key):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: input),
                padding: .insecurePKCS1v1_5)
        case .es256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: SHA256.hash(data: input))
        case .edDSA(let key): return key.isValidSignature(signature, for: input)
        }
    }
}

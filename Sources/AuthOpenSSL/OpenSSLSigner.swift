// AuthOpenSSL owns libcrypto: RSA signatures alone. It must not know a token, a store or a setting; keys are made,
// sealed and verified with elsewhere.

import AuthCore
import COpenSSL
package import Foundation

/// ``RSASigner`` with the system's OpenSSL, which computes both halves of a CRT signature at once where the processor
/// can (AVX-512 IFMA), and has the public exponent confirm the result before anybody sees it.
package final class OpenSSLSigner: RSASigner {
    // Read by all threads, as OpenSSL allows (openssl-threads(7)); freed once. It overwrites the private half then.
    private nonisolated(unsafe) let key: OpaquePointer

    /// Without OpenSSL's exit handler: it would take down what threads still sign with.
    private static let isReady = OPENSSL_init_crypto(UInt64(OPENSSL_INIT_NO_ATEXIT), nil) == 1

    /// Of an RSA private key in PKCS#8 (RFC 5958), a copy of which it keeps.
    /// - Throws: ``AuthError/unavailable(_:)`` for what OpenSSL finds to be none.
    package init(pkcs8 encoded: Data) throws {
        let key = encoded.withUnsafeBytes { bytes in
            var start = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
            return Self.isReady ? d2i_AutoPrivateKey(nil, &start, bytes.count) : nil
        }
        guard let key, EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else {
            EVP_PKEY_free(key)
            throw Self.failure("the RSA key cannot be read")
        }
        self.key = key
    }

    deinit { EVP_PKEY_free(key) }

    /// As the port promises; on any number of threads at once.
    /// - Throws: ``AuthError/unavailable(_:)``, where OpenSSL has no memory for it.
    package func signature(over input: [UInt8]) throws -> [UInt8] {
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var length = Int(EVP_PKEY_get_size(key))
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            EVP_DigestSign(context, &signature, &length, input, input.count) == 1, length == signature.count
        else { throw Self.failure("no signature was made") }
        return signature
    }

    /// What OpenSSL says of it stays in a list of this thread's, which nobody else empties.
    private static func failure(_ what: String) -> AuthError {
        ERR_clear_error()
        return .unavailable("OpenSSL: \(what)")
    }
}

// AuthOpenSSL owns libcrypto: RSA signatures alone. It must not know a token, a store or a setting; keys are made,
// sealed and verified with elsewhere.

import AuthCore
import COpenSSL
import Crypto
package import Foundation
import Synchronization

/// ``RSASigner`` with the system's OpenSSL, which computes both halves of a CRT signature at once where the processor
/// can (AVX-512 IFMA), and has the public exponent confirm the result before anybody sees it.
package final class OpenSSLSigner: RSASigner {
    // Read by all threads, as OpenSSL allows (openssl-threads(7)); freed once. It overwrites the private half then.
    private nonisolated(unsafe) let key: OpaquePointer
    /// What no thread signs with just now. When one is made OpenSSL looks for its algorithms, longer than everything else
    /// of a signature takes but its arithmetic; the same one signs again and again (EVP_PKEY_sign(3)).
    private let idle = Mutex<[Context]>([])

    /// An `EVP_PKEY_CTX`: of whoever took it from the list.
    private struct Context: @unchecked Sendable {
        let pointer: OpaquePointer
    }

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

    deinit {
        for context in idle.withLock({ $0 }) { EVP_PKEY_CTX_free(context.pointer) }
        EVP_PKEY_free(key)
    }

    /// As the port promises; on any number of threads at once.
    /// - Throws: ``AuthError/unavailable(_:)``, where OpenSSL has no memory for it.
    package func signature(over input: [UInt8]) throws -> [UInt8] {
        let context = try idle.withLock { $0.popLast() } ?? newContext()
        let digest = SHA256.hash(data: input).bytes
        var length = Int(EVP_PKEY_get_size(key))
        var signature = [UInt8](repeating: 0, count: length)
        guard EVP_PKEY_sign(context.pointer, &signature, &length, digest, digest.count) == 1,
            length == signature.count
        else {
            EVP_PKEY_CTX_free(context.pointer)
            throw Self.failure("no signature was made")
        }
        idle.withLock { $0.append(context) }
        return signature
    }

    private func newContext() throws -> Context {
        guard let pointer = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { throw Self.failure("no context was made") }
        guard EVP_PKEY_sign_init(pointer) == 1, EVP_PKEY_CTX_set_rsa_padding(pointer, RSA_PKCS1_PADDING) == 1,
            EVP_PKEY_CTX_set_signature_md(pointer, EVP_sha256()) == 1
        else {
            EVP_PKEY_CTX_free(pointer)
            throw Self.failure("no context was made")
        }
        return Context(pointer: pointer)
    }

    /// What OpenSSL says of it stays in a list of this thread's, which nobody else empties.
    private static func failure(_ what: String) -> AuthError {
        ERR_clear_error()
        return .unavailable("OpenSSL: \(what)")
    }
}

package import Foundation

/// Port: signs RS256 with one private key, faster than the library that keys are made, sealed and verified with.
package protocol RSASigner: Sendable {
    /// RSASSA-PKCS1-v1_5 with SHA-256 over `input` (RFC 8017 §8.2): the same bytes from whoever computes it.
    /// - Throws: where there is no memory for it.
    func signature(over input: [UInt8]) throws -> [UInt8]
}

/// Makes an ``RSASigner`` of a private key in PKCS#8 (RFC 5958), which its caller wipes.
package typealias RSASignerMaker = @Sendable (_ encoded: Data) throws -> any RSASigner

import AuthCore
import AuthOpenSSL
import AuthTestSupport
import Crypto
import CryptoExtras
import Foundation
import Testing

@Suite struct OpenSSLSignerTests {
    private static let input = Array("header.payload".utf8)

    @Test(arguments: [2_048, 3_072])
    func `The signature is the one that swift-crypto makes, byte for byte`(bits: Int) async throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .init(bitCount: bits))
        let signer = try OpenSSLSigner(pkcs8: key.pkcs8DERRepresentation)
        for input in [[], Self.input, [UInt8](repeating: 0xA5, count: 4_096)] {
            let expected = try key.signature(for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5)
            #expect(try signer.signature(over: input) == Array(expected.rawRepresentation))
        }
    }

    @Test func `Many threads sign with one key`() async throws {
        let key = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let signer = try OpenSSLSigner(pkcs8: key.pkcs8DERRepresentation)
        try await withThrowingTaskGroup { group in
            for number in 0..<64 {
                let input = Array("\(number)".utf8)
                group.addTask { (input, try signer.signature(over: input)) }
            }
            for try await (input, signature) in group {
                #expect(
                    key.publicKey.isValidSignature(
                        _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: input),
                        padding: .insecurePKCS1v1_5))
            }
        }
    }

    @Test func `What is no RSA key in PKCS number 8 makes no signer`() throws {
        let whole = try _RSA.Signing.PrivateKey(keySize: .bits2048).pkcs8DERRepresentation
        let others = [Data(), Data(Self.input), whole.dropLast(), P256.Signing.PrivateKey().derRepresentation]
        for encoded in others {
            #expect(throws: AuthError.self) { _ = try OpenSSLSigner(pkcs8: encoded) }
        }
    }
}

import AuthCore
import Crypto
import CryptoExtras
import Foundation
import Testing

/// A token taken apart as a verifier does it.
struct ParsedToken {
    let header: String
    let payload: String
    private let signed: String
    private let signature: Data

    init(_ token: String) throws {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        try #require(parts.count == 3)
        header = String(decoding: try #require(Self.decoded(parts[0])), as: UTF8.self)
        payload = String(decoding: try #require(Self.decoded(parts[1])), as: UTF8.self)
        signature = try #require(Self.decoded(parts[2]))
        signed = "\(parts[0]).\(parts[1])"
    }

    /// Whether the signature is this key's, by the algorithm of the key.
    func isSigned(by key: KeyMaterial) -> Bool {
        let input = Data(signed.utf8)
        return switch key.publicKey {
        case .rs256(let key):
            key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: input),
                padding: .insecurePKCS1v1_5)
        case .es256(let key):
            (try? P256.Signing.ECDSASignature(rawRepresentation: signature)).map {
                key.isValidSignature($0, for: SHA256.hash(data: input))
            } ?? false
        case .edDSA(let key): key.isValidSignature(signature, for: input)
        }
    }

    /// A claim that is a string.
    func text(_ claim: String) throws -> String { try #require(try claims()[claim] as? String) }

    /// A claim that is a whole number.
    func number(_ claim: String) throws -> Int64 { try #require(try claims()[claim] as? NSNumber).int64Value }

    func claims() throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(payload.utf8)) as? [String: Any])
    }

    private static func decoded(_ text: Substring) -> Data? {
        let base64 = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        return Data(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.count % 4) % 4))
    }
}

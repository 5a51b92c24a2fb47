import Crypto
import Foundation

/// The JWK Set (RFC 7517 §5) as it goes over the wire, made once for each change.
package struct JWKSet: Equatable, Sendable {
    /// UTF-8 JSON.
    package let body: [UInt8]
    /// A strong entity tag with its quotes (RFC 9110 §8.8.3).
    package let entityTag: String
    /// The kids in it, ascending.
    package let keyIDs: [KeyID]
    /// The keys in it, one by one, in its order.
    package let keys: [PublishedKey]
    /// Knows the tokens under these keys.
    package let verifier: TokenVerifier

    /// - Parameter keys: those that verifiers are to find, in the order in which they are to be listed.
    package init(_ keys: [(id: KeyID, material: KeyMaterial)]) throws {
        var body = Array(#"{"keys":["#.utf8)
        for (index, key) in keys.enumerated() {
            if index > 0 { body.append(UInt8(ascii: ",")) }
            try key.material.publicKey.appendJWK(kid: key.id, to: &body)
        }
        body += Array("]}".utf8)
        self.body = body
        entityTag = "\"" + Base64URL.text(SHA256.hash(data: body).bytes.prefix(16)) + "\""
        keyIDs = keys.map(\.id).sorted()
        self.keys = keys.map { PublishedKey(id: $0.id, $0.material.publicKey) }
        verifier = TokenVerifier(keys.map { ($0.id, $0.material.publicKey) })
    }

    package static func == (left: Self, right: Self) -> Bool { left.body == right.body }
}

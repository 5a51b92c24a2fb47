import AuthCore
import AuthTestSupport
import Foundation
import Testing

@Suite("JWKSet") struct JWKSetTests {
    @Test("holds the members kty, use, alg, kid, n, e of each key, in this order and no other") func members() throws {
        let keys = [
            (id: KeyID(3), material: try TestKey.material(0)), (id: KeyID(12), material: try TestKey.material(1)),
        ]
        let expected = try keys.map { key in
            let modulus = Base64URL.text(try key.material.modulus.drop { $0 == 0 })
            #expect(modulus.count == 342)
            return #"{"kty":"RSA","use":"sig","alg":"RS256","kid":"\#(key.id)","n":"\#(modulus)","e":"AQAB"}"#
        }
        let body = String(decoding: try JWKSet(keys).body, as: UTF8.self)
        #expect(body == #"{"keys":[\#(expected.joined(separator: ","))]}"#)
        let parsed = try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: [[String: String]]]
        #expect(parsed?["keys"]?.map { $0["kid"] } == ["3", "12"])
    }

    @Test("shows the same of a key without its private half") func publicHalf() throws {
        let material = try TestKey.material()
        #expect(
            try JWKSet([(id: KeyID(1), material: material)])
                == JWKSet([(id: KeyID(1), material: material.withoutPrivateHalf)]))
    }

    @Test("has a strong entity tag that changes with every change and with nothing else") func entityTag() throws {
        let (a, b) = (try TestKey.material(0), try TestKey.material(1))
        let sets = try [
            [], [(KeyID(1), a)], [(KeyID(2), a)], [(KeyID(1), b)], [(KeyID(1), a), (KeyID(2), b)],
            [(KeyID(2), b), (KeyID(1), a)],
        ].map { keys in try JWKSet(keys.map { (id: $0.0, material: $0.1) }) }
        #expect(Set(sets.map(\.entityTag)).count == sets.count)
        for set in sets {
            #expect(set.entityTag.wholeMatch(of: /"[A-Za-z0-9_-]{22}"/) != nil)
        }
        #expect(try JWKSet([(id: KeyID(1), material: a)]).entityTag == sets[1].entityTag)
    }

    @Test("lists its kids in ascending order") func keyIDs() throws {
        let set = try JWKSet([2, 0, 1].map { (id: KeyID(Int64($0) + 9), material: try TestKey.material($0)) })
        #expect(set.keyIDs == [KeyID(9), KeyID(10), KeyID(11)])
    }
}

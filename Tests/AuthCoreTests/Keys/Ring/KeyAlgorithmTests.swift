import AuthCore
import AuthTestSupport
import Foundation
import Testing

@Suite("Keys of every algorithm") struct KeyAlgorithmTests {
    private static let claims = TokenClaims(
        type: .jwt, issuer: "https://issuer.example", audience: ["https://api.example"], subject: "1",
        issuedAt: Timestamp(seconds: 1_800_000_000), notBefore: Timestamp(seconds: 1_800_000_000),
        expiresAt: Timestamp(seconds: 4_102_444_800), tokenID: "t",
        others: [("preferred_username", .string("alice"))])

    /// As a verifier has to read them.
    private static let claimsInFull: [(name: String, value: JSONValue)] = [
        ("iss", .string("https://issuer.example")), ("sub", .string("1")), ("aud", .string("https://api.example")),
        ("iat", .integer(1_800_000_000)), ("nbf", .integer(1_800_000_000)), ("exp", .integer(4_102_444_800)),
        ("jti", .string("t")), ("preferred_username", .string("alice")),
    ]

    private static func pair(_ algorithm: KeyAlgorithm) throws -> KeyPair {
        guard algorithm != .rs256 else { return try TestKey.pair() }
        return try KeyPair.generate(algorithm, bits: 2_048)
    }

    @Test("sign what their public half verifies, and no other", arguments: KeyAlgorithm.allCases)
    func sign(_ algorithm: KeyAlgorithm) throws {
        let pair = try Self.pair(algorithm)
        let token = try ParsedToken(SigningKey(id: KeyID(7), pair: pair).token(Self.claims))
        #expect(token.header == #"{"alg":"\#(algorithm.rawValue)","kid":"7","typ":"JWT"}"#)
        #expect(token.isSigned(by: .publicKey(pair.publicKey)))
        for other in KeyAlgorithm.allCases {
            let stranger = try other == .rs256 ? TestKey.pair(1) : KeyPair.generate(other, bits: 2_048)
            #expect(!token.isSigned(by: .publicKey(stranger.publicKey)))
        }
    }

    @Test("ES256 signatures are R and S, 64 bytes, never DER (RFC 7518 §3.4); EdDSA's are 64 bytes") func lengths()
        throws
    {
        for algorithm in [KeyAlgorithm.es256, .edDSA] {
            let pair = try Self.pair(algorithm)
            for number in 0..<200 {
                #expect(try pair.signature(over: Array("\(number)".utf8)).count == 64)
            }
        }
    }

    @Test(
        "their JWKs have exactly these members",
        arguments: [
            (KeyAlgorithm.rs256, ["kty", "use", "alg", "kid", "n", "e"], "RSA"),
            (.es256, ["kty", "crv", "x", "y", "use", "alg", "kid"], "EC"),
            (.edDSA, ["kty", "crv", "x", "use", "alg", "kid"], "OKP"),
        ])
    func jwk(_ algorithm: KeyAlgorithm, _ members: [String], _ type: String) throws {
        // Many keys: a coordinate with a leading zero byte comes once in 128.
        for number in 1...(algorithm == .rs256 ? 1 : 600) {
            let set = try JWKSet([(id: KeyID(Int64(number)), material: .keyPair(try Self.pair(algorithm)))])
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(set.body)) as? [String: [[String: String]]])
            let key = try #require(object["keys"]?.first)
            #expect(key.keys.sorted() == members.sorted())
            #expect(key["kty"] == type && key["alg"] == algorithm.rawValue && key["use"] == "sig")
            #expect(key["kid"] == "\(number)")
            // 32 bytes are 43 characters.
            for name in ["x", "y"] { #expect(key[name].map { $0.utf8.count == 43 } ?? true) }
        }
    }

    @Test("rest sealed and come back whole, with one half or two", arguments: KeyAlgorithm.allCases)
    func sealed(_ algorithm: KeyAlgorithm) throws {
        let sealer = KeySealer(try makeKeyEncryptionKey().key)
        let pair = try Self.pair(algorithm)
        for material in [KeyMaterial.keyPair(pair), .publicKey(pair.publicKey)] {
            let lifecycle = Sample.key(1, .retired, algorithm: algorithm).lifecycle
            let stored = StoredKey(
                id: KeyID(1), sealed: try sealer.seal(material, id: KeyID(1)), exp: 0, lifecycle: lifecycle)
            let opened = try sealer.open(stored)
            #expect(opened.algorithm == algorithm)
            #expect(opened.hasPrivateHalf == material.hasPrivateHalf)
            let token = try ParsedToken(SigningKey(id: KeyID(1), pair: pair).token(Self.claims))
            #expect(token.isSigned(by: opened))
        }
    }

    @Test("a record that names another algorithm than the sealed key is refused", arguments: KeyAlgorithm.allCases)
    func otherAlgorithm(_ algorithm: KeyAlgorithm) throws {
        let sealer = KeySealer(try makeKeyEncryptionKey().key)
        let sealed = try sealer.seal(.keyPair(try Self.pair(algorithm)), id: KeyID(1))
        for other in KeyAlgorithm.allCases where other != algorithm {
            let lifecycle = Sample.key(1, .active, algorithm: other).lifecycle
            #expect(throws: OperatorError.keyUnreadable(KeyID(1), .otherAlgorithm)) {
                try sealer.open(StoredKey(id: KeyID(1), sealed: sealed, exp: 0, lifecycle: lifecycle))
            }
        }
    }

    @Test("no key pair prints what it is made of", arguments: KeyAlgorithm.allCases)
    func description(_ algorithm: KeyAlgorithm) throws {
        let pair = try Self.pair(algorithm)
        #expect("\(pair)" == "<\(algorithm.rawValue) key pair>")
        var dumped = ""
        dump(pair, to: &dumped)
        #expect(!dumped.contains("rawRepresentation") && dumped.utf8.count < 100)
    }

    /// Independent implementations verify what is left here: `script/test` hands the file to PyJWT and joserfc.
    @Test("leaves a token of each algorithm for other implementations") func samples() throws {
        guard let path = ProcessInfo.processInfo.environment["JWKS_TEST_TOKENS"] else { return }
        let keys = try KeyAlgorithm.allCases.enumerated().map { number, algorithm in
            (id: KeyID(Int64(number) + 1), pair: try Self.pair(algorithm))
        }
        let set = try JWKSet(keys.map { ($0.id, .keyPair($0.pair)) })
        let tokens = try keys.map { key in
            JSONValue.object([
                ("alg", .string(key.pair.algorithm.rawValue)),
                ("token", .string(try SigningKey(id: key.id, pair: key.pair).token(Self.claims))),
                ("claims", .object(Self.claimsInFull)),
            ])
        }
        var json = Array(#"{"jwks":"#.utf8) + set.body + Array(#","tokens":"#.utf8)
        let list = JSONText.object([("list", .array(tokens))])
        // The array alone, without the object around it.
        json += list.dropFirst(#"{"list":"#.utf8.count).dropLast()
        json += Array("}".utf8)
        try Data(json).write(to: URL(filePath: path))
    }
}

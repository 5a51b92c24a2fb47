import Crypto
import CryptoExtras
import Foundation
import JWKSVerifier
import JWTKit

/// One token, its key, and ways to verify it.
struct Subject {
    static let issuer = "https://issuer.example"

    let algorithm: String
    let token: String
    let jwk: String
    /// The signature alone, over bytes that were cut out beforehand: nobody can be faster.
    let bare: @Sendable () -> Bool

    static func all() throws -> [Subject] {
        let rsa = try _RSA.Signing.PrivateKey(keySize: .bits2048)
        let ec = P256.Signing.PrivateKey()
        let numbers = try rsa.publicKey.getKeyPrimitives()
        let point = ec.publicKey.rawRepresentation
        let (rsaKey, ecKey) = (rsa.publicKey, ec.publicKey)
        return [
            try Subject(
                "RS256", #""kty":"RSA","n":"\#(encoded(numbers.modulus))","e":"\#(encoded(numbers.publicExponent))""#
            ) { input in
                let signature = try rsa.signature(for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5)
                return (
                    signature.rawRepresentation,
                    { rsaKey.isValidSignature(signature, for: SHA256.hash(data: input), padding: .insecurePKCS1v1_5) }
                )
            },
            try Subject(
                "ES256",
                #""kty":"EC","crv":"P-256","x":"\#(encoded(point.prefix(32)))","y":"\#(encoded(point.suffix(32)))""#
            ) { input in
                let signature = try ec.signature(for: SHA256.hash(data: input))
                return (
                    signature.rawRepresentation, { ecKey.isValidSignature(signature, for: SHA256.hash(data: input)) }
                )
            },
        ]
    }

    private init(
        _ algorithm: String, _ members: String,
        _ sign: (Data) throws -> (signature: Data, bare: @Sendable () -> Bool)
    ) throws {
        let now = Int(Date().timeIntervalSince1970)
        let claims =
            #"{"iss":"\#(Self.issuer)","sub":"7","aud":"api","iat":\#(now),"exp":\#(now + 3_600),"jti":"b2569a6e-46db-4392","client_id":"web","scope":"openid email"}"#
        let input =
            Self.encoded(Data(#"{"alg":"\#(algorithm)","kid":"1","typ":"at+jwt"}"#.utf8)) + "."
            + Self.encoded(Data(claims.utf8))
        let (signature, bare) = try sign(Data(input.utf8))
        self.algorithm = algorithm
        token = input + "." + Self.encoded(signature)
        jwk = #"{\#(members),"use":"sig","alg":"\#(algorithm)","kid":"1"}"#
        self.bare = bare
    }

    func verifier() throws -> JWTVerifier {
        let set = Array(#"{"keys":[\#(jwk)]}"#.utf8)
        return try JWTVerifier(issuer: Self.issuer, audiences: ["api"]) { _ in KeySetResponse(status: 200, body: set) }
    }

    func jwtKit() async throws -> JWTKeyCollection {
        try await JWTKeyCollection().add(jwksJSON: #"{"keys":[\#(jwk)]}"#)
    }

    private static func encoded(_ bytes: Data) -> String {
        bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// What jwt-kit checks for us to be comparable.
struct KitClaims: JWTPayload {
    let iss: IssuerClaim
    let aud: AudienceClaim
    let exp: ExpirationClaim
    let sub: SubjectClaim

    func verify(using algorithm: some JWTAlgorithm) throws {
        try exp.verifyNotExpired()
        try aud.verifyIntendedAudience(includes: "api")
        guard iss.value == Subject.issuer else {
            throw JWTError.claimVerificationFailure(failedClaim: iss, reason: "iss")
        }
    }
}

struct OwnClaims: Decodable, Sendable {
    let client_id: String
}

import JWKSVerifier
import Testing

/// What the standards print: RFC 7515 A.2 and A.3, RFC 8037 A.4.
@Suite("RFC vectors") struct RFCVectorTests {
    struct Vector: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let jwk: String
        let token: String
    }

    private static let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"

    static let vectors = [
        Vector(
            testDescription: "RFC 7515 A.2, RS256",
            jwk:
                #"{"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"}"#,
            token: "eyJhbGciOiJSUzI1NiJ9." + payload
                + ".cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"
        ),
        Vector(
            testDescription: "RFC 7515 A.3, ES256",
            jwk:
                #"{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#,
            token: "eyJhbGciOiJFUzI1NiJ9." + payload
                + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"),
        Vector(
            testDescription: "RFC 8037 A.4, EdDSA",
            jwk: #"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#,
            token:
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
        ),
    ]

    @Test("are signed by the key that is printed with them, and by no other", arguments: vectors)
    func signed(_ vector: Vector) throws {
        let jws = try #require(CompactJWS(vector.token, mostBytes: 8_192))
        for other in Self.vectors {
            let key = try VerificationKey(
                jwk: #require(JSON(Array(other.jwk.utf8))), allowing: Set(SignatureAlgorithm.allCases))
            #expect(jws.isSigned(by: key) == (other.jwk == vector.jwk))
        }
    }

    @Test("are refused with any bit of them turned over", arguments: vectors) func flipped(_ vector: Vector) throws {
        let key = try VerificationKey(
            jwk: #require(JSON(Array(vector.jwk.utf8))), allowing: Set(SignatureAlgorithm.allCases))
        var text = Array(vector.token.utf8)
        for place in text.indices where text[place] != UInt8(ascii: ".") {
            for bit in 0..<7 {
                text[place] ^= 1 << bit
                let jws = CompactJWS(String(decoding: text, as: UTF8.self), mostBytes: 8_192)
                #expect(!(jws?.isSigned(by: key) ?? false), "byte \(place), bit \(bit)")
                text[place] ^= 1 << bit
            }
        }
    }
}

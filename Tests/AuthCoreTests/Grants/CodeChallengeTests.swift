import AuthCore
import Testing

@Suite("CodeChallenge") struct CodeChallengeTests {
    private static let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    private static let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"

    @Test("is that of RFC 7636, appendix B") func vector() throws {
        let made = try #require(CodeChallenge(verifier: Self.verifier))
        #expect(made.text == Self.challenge && made == CodeChallenge(Self.challenge))
        #expect(CodeChallenge.isAnswered(made, by: Self.verifier))
    }

    @Test(
        "is 43 characters of base64url",
        arguments: [
            "", String(challenge.dropLast()), challenge + "A", challenge + "=", challenge.replacing("-", with: "+"),
            challenge.replacing("-", with: "/"), challenge.replacing("-", with: "."),
            challenge.replacing("-", with: "\u{E9}"),
            " " + challenge.dropLast(),
        ])
    func malformed(_ text: String) { #expect(CodeChallenge(text) == nil) }

    @Test(
        "is answered by its verifier, and only where there is one",
        arguments: [
            (challenge, verifier, true), (nil, nil, true), (challenge, nil, false), (nil, verifier, false),
            (nil, "", false),
            (challenge, "", false), (challenge, challenge, false), (challenge, verifier + "k", false),
            (challenge, String(verifier.dropLast()), false), (challenge, verifier + "=", false),
            (challenge, verifier.lowercased(), false), (challenge, verifier + " ", false),
        ] as [(String?, String?, Bool)])
    func answers(_ challenge: String?, _ verifier: String?, _ isAnswered: Bool) {
        let challenge = challenge.flatMap { CodeChallenge($0) }
        #expect(CodeChallenge.isAnswered(challenge, by: verifier) == isAnswered)
    }

    @Test(
        "has a verifier of 43 to 128 unreserved characters",
        arguments: [(42, false), (43, true), (128, true), (129, false)])
    func verifiers(_ length: Int, _ isOne: Bool) {
        #expect((CodeChallenge(verifier: String(repeating: "a", count: length)) != nil) == isOne)
        #expect((CodeChallenge(verifier: "-._~09AZ" + String(repeating: "a", count: length - 8)) != nil) == isOne)
        #expect(CodeChallenge(verifier: "+" + String(repeating: "a", count: length - 1)) == nil)
    }
}

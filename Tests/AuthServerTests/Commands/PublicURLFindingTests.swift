import AuthCore
import AuthHTTP
import AuthServer
import AuthTestSupport
import Testing

@Suite("Finding, of the public URL") struct PublicURLFindingTests {
    private static let url = "https://id.example/.well-known/jwks.json"
    private static let keys = Result { try (1...3).map { _ in try KeyMaterial.generate(.es256, bits: 2_048) } }

    /// A JWK Set; `places` are those of the keys above, by kid.
    private static func set(_ places: [Int64: Int]) throws -> JWKSet {
        let keys = try keys.get()
        return try JWKSet(places.sorted { $0.key < $1.key }.map { (KeyID($0), keys[$1]) })
    }

    private static func verdicts(
        _ answer: KeySetProbe.Answer, _ own: OwnKeys? = nil, skew: Duration = .seconds(60)
    ) throws -> [Finding.Verdict] {
        let own = try own ?? OwnKeys(set: try set([1: 0, 2: 1]), signing: [KeyID(1)])
        let findings = Finding.publicURL(url, .success(answer), own: own, now: Sample.now, skew: skew)
        #expect(findings.allSatisfy { $0.subject == "public URL" && $0.text.hasPrefix(url) })
        return findings.map(\.verdict)
    }

    @Test(
        "the keys there have to be those of this database, and not only to have their numbers",
        arguments: [
            ([1: 0, 2: 1], .ok), ([1: 0], .warning), ([1: 0, 2: 1, 3: 2], .warning), ([2: 1], .wrong),
            ([1: 0, 2: 2], .wrong), ([1: 1, 2: 0], .wrong), ([3: 2], .wrong), ([:], .wrong),
        ] as [([Int64: Int], Finding.Verdict)])
    func keys(_ shown: [Int64: Int], _ verdict: Finding.Verdict) throws {
        let answer = KeySetProbe.Answer(status: 200, moment: Sample.now, body: try Self.set(shown).body)
        #expect(try Self.verdicts(answer) == [verdict])
    }

    @Test(
        "what is no JWK Set is of another server",
        arguments: ["", "x", "{}", "[]", #"{"keys":1}"#, #"{"keys":[{"kid":1}]}"#, #"{"keys":[{"kty":"EC"}]}"#])
    func noKeys(_ body: String) throws {
        let answer = KeySetProbe.Answer(status: 200, moment: nil, body: Array(body.utf8))
        #expect(try Self.verdicts(answer) == [.wrong])
    }

    @Test(
        "an answer that is none of ours",
        arguments: [(204, .wrong), (301, .wrong), (404, .wrong), (500, .wrong), (502, .warning), (504, .warning)]
            as [(Int, Finding.Verdict)])
    func status(_ status: Int, _ verdict: Finding.Verdict) throws {
        let answer = KeySetProbe.Answer(status: status, moment: nil, body: try Self.set([1: 0, 2: 1]).body)
        #expect(try Self.verdicts(answer) == [verdict])
    }

    @Test(
        "the clock there may differ by as much as verifiers forgive",
        arguments: [
            (60, 60, [.ok]), (61, 60, [.ok, .wrong]), (-60, 60, [.ok]), (-61, 60, [.ok, .wrong]), (2, 0, [.ok]),
            (3, 0, [.ok, .wrong]),
        ] as [(Int, Int, [Finding.Verdict])])
    func clock(_ ahead: Int, _ skew: Int, _ verdicts: [Finding.Verdict]) throws {
        let answer = KeySetProbe.Answer(
            status: 200, moment: Sample.now + .seconds(ahead), body: try Self.set([1: 0, 2: 1]).body)
        #expect(try Self.verdicts(answer, skew: .seconds(skew)) == verdicts)
    }

    @Test("keys that could not be opened are compared with none, and a long list is cut") func nothingToCompare() throws
    {
        let many = (1...500).map { #"{"kid":"\#($0)"}"# }.joined(separator: ",")
        let answer = KeySetProbe.Answer(status: 200, moment: nil, body: Array(#"{"keys":[\#(many)]}"#.utf8))
        let findings = Finding.publicURL(Self.url, .success(answer), own: nil, now: Sample.now, skew: .zero)
        #expect(findings.map(\.verdict) == [.warning] && findings[0].text.utf8.count < 200)
    }

    @Test(
        "a server that does not answer is a warning, one that nobody can trust is wrong",
        arguments: [
            (.noAddress, .warning), (.unreachable("connection refused"), .warning), (.silent, .warning),
            (.noAuthorities, .warning), (.certificate, .wrong), (.noTLS, .wrong), (.noHTTP, .wrong), (.tooLong, .wrong),
        ] as [(KeySetProbeFailure, Finding.Verdict)])
    func failure(_ failure: KeySetProbeFailure, _ verdict: Finding.Verdict) {
        let findings = Finding.publicURL(Self.url, .failure(failure), own: nil, now: Sample.now, skew: .zero)
        #expect(findings.map(\.verdict) == [verdict] && findings[0].text.hasPrefix("\(Self.url): "))
    }
}

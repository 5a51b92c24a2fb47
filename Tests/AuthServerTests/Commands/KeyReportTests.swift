import AuthCore
import AuthServer
import AuthTestSupport
import Testing

@Suite("What the key commands answer") struct KeyReportTests {
    private static let noPropagation: KeyPropagation? = nil

    /// One key in each state.
    private static let contents: KeyStoreContents = {
        var retired = Sample.key(2, .retired, latestTokenExpiry: Sample.now + .seconds(60))
        retired.lifecycle?.retiredAt = Sample.now + .seconds(30)
        let keys = [
            Sample.key(1, .expired), retired, Sample.key(3, .revoked, latestTokenExpiry: Sample.now + .seconds(90)),
            Sample.key(10, .active), Sample.key(11, .published),
        ]
        return KeyStoreContents(keys: keys, keyEncryptionKeys: [])
    }()

    @Test("keys list is a table") func table() {
        let report = KeysReport(Self.contents, KeyPropagation(newest: KeyID(11), known: 3, aware: 2))
        #expect(
            report.text(asJSON: false) == """
                KID  ALG    STATE      SIGNS  PUBLISHED            ACTIVATES            RETIRED              SAFE TO DELETE
                1    RS256  expired    no     2027-01-15 08:00:00  2027-01-15 08:00:00  -                    never: it serves ?expired=true
                2    RS256  retired    no     2027-01-15 08:00:00  2027-01-15 08:00:00  2027-01-15 08:00:30  2027-01-15 08:16:40
                3    RS256  revoked    no     2027-01-15 08:00:00  2027-01-15 08:00:00  -                    2027-01-15 08:01:30
                10   RS256  active     yes    2027-01-15 08:00:00  2027-01-15 08:00:00  -                    2027-01-15 08:16:40
                11   RS256  published  no     2027-01-15 08:00:00  2027-01-15 08:00:00  -                    2027-01-15 08:16:40
                2 of 3 known verifiers have key 11

                """)
    }

    @Test("keys list says nothing of a key that is not the newest any more") func oldEvidence() {
        let report = KeysReport(Self.contents, KeyPropagation(newest: KeyID(10), known: 3, aware: 2))
        #expect(report.lines.count == 6)
    }

    @Test("keys list is JSON, with what is known of each key's verifiers") func json() {
        let contents = KeyStoreContents(keys: Array(Self.contents.keys.suffix(2)), keyEncryptionKeys: [])
        let report = KeysReport(contents, KeyPropagation(newest: KeyID(11), known: 3, aware: 2))
        let times =
            #""published_at":"2027-01-15T08:00:00Z","activates_at":"2027-01-15T08:00:00Z","retired_at":null,"#
            + #""signed_until":null,"safe_to_delete_at":"2027-01-15T08:16:40Z","#
        #expect(
            report.text(asJSON: true)
                == #"{"keys":[{"kid":"10","alg":"RS256","state":"active","signs":true,"# + times
                + #""verifiers_known":null,"verifiers_aware":null},"#
                + #"{"kid":"11","alg":"RS256","state":"published","signs":false,"# + times
                + #""verifiers_known":3,"verifiers_aware":2}]}"# + "\n")
    }

    @Test("keys list says what it found where no server of ours has been", arguments: [0, 2])
    func original(_ count: Int) {
        let keys = (0..<count).map { StoredKey(id: KeyID(Int64($0)), sealed: [], exp: 0, lifecycle: nil) }
        let report = KeysReport(KeyStoreContents(keys: keys, keyEncryptionKeys: []), nil)
        #expect(
            report.lines == ["\(count) keys: the server makes or takes over its keys at its first start"])
        #expect(report.text(asJSON: true) == "{\"keys\":[]}\n")
    }

    @Test("keys rotate says which key signs, and when") func rotation() throws {
        let next = try #require(Sample.key(11, .published).lifecycle)
        let due = RotationReport(next: next, activatesAt: Sample.now, now: Sample.now)
        #expect(due.lines == ["key 11 signs from now on: it had been published long enough"])
        #expect(due.text(asJSON: true) == #"{"kid":"11","activates_at":"2027-01-15T08:00:00Z"}"# + "\n")

        let later = RotationReport(
            next: next, activatesAt: Sample.now + .milliseconds(89_001), now: Sample.now)
        #expect(
            later.lines == [
                "key 11 signs from 2027-01-15 08:01:29 UTC on, in 90 s: it is in the JWK Set since"
                    + " 2027-01-15 08:00:00, and every verifier gets its time"
            ])
        #expect(later.text(asJSON: true) == #"{"kid":"11","activates_at":"2027-01-15T08:01:29Z"}"# + "\n")
        for (seconds, text) in [(119, "119 s"), (121, "3 min"), (3_600, "60 min"), (7_201, "3 h"), (86_400, "24 h")] {
            let report = RotationReport(next: next, activatesAt: Sample.now + .seconds(seconds), now: Sample.now)
            #expect(report.lines.first?.contains("in \(text):") == true)
        }
    }

    @Test("keys revoke says what follows, for a key that signed and for one that had ceased") func revocation() throws {
        func report(_ state: KeyState, liveTokens: Int = 7) throws -> RevocationReport {
            RevocationReport(
                revoked: try #require(Sample.key(10, state).lifecycle), active: KeyID(11), liveTokens: liveTokens,
                liveGrants: 2, cachedFor: .milliseconds(299_500))
        }
        let lines = [
            "key 10 is out of the JWK Set; key 11 signs",
            "at most 7 live tokens of POST /auth were signed with it, and tokens of clients, which nobody counts: whoever"
                + " fetches the JWK Set from now on refuses them",
            "no session and no grant ends: 2 grants are alive, and a client that refreshes gets tokens under key 11",
            "a verifier with a cached JWK Set goes on accepting them until it fetches again: within 300 s if it obeys"
                + " max-age, but most keep the set for a time of their own, 5 minutes to 10 hours, some until they meet"
                + " an unknown kid: restart those you can",
        ]
        #expect(try report(.retired).lines == lines)
        #expect(try report(.retired, liveTokens: 1).lines[1].hasPrefix("at most 1 live token of POST /auth was signed"))
        #expect(
            try report(.active).lines == lines + [
                "and refuses tokens of key 11 until then only if it has not fetched since that was published"
            ])
        #expect(
            try report(.active).text(asJSON: true)
                == #"{"revoked":"10","signs":"11","live_tokens_at_most":7,"live_grants":2,"cached_for_at_most":300}"#
                + "\n")
    }
}

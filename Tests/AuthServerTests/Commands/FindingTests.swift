import AuthCore
import AuthSQL
import AuthServer
import AuthTestSupport
import Testing

@Suite("Finding") struct FindingTests {
    private static let mebibyte: Int64 = 1 << 20

    @Test(
        "of the disk: room to write, and for a copy",
        arguments: [
            (0, 0, .wrong), (31, 0, .wrong), (32, 0, .warning), (127, 0, .warning), (128, 0, .ok), (128, 1, .warning),
            (1_000, 872, .ok), (1_000, 873, .warning), (20, 10_000, .wrong),
        ] as [(Int64, Int64, Finding.Verdict)])
    func disk(_ room: Int64, _ size: Int64, _ verdict: Finding.Verdict) {
        #expect(Finding.disk(room: room * Self.mebibyte, size: size * Self.mebibyte).verdict == verdict)
    }

    @Test("of a disk that says nothing is a warning") func noDisk() {
        #expect(Finding.disk(room: nil, size: 0).verdict == .warning)
    }

    @Test(
        "of SQLite: versions are compared by number",
        arguments: [
            ("SQLite 3.40.1", .warning), ("SQLite 3.51.2", .warning), ("SQLite 3.51.3", .ok), ("SQLite 3.52", .ok),
            ("SQLite 3.9.9", .warning), ("SQLite 4.0.0", .ok), ("PostgreSQL 14.1 (Debian 14.1-1)", .ok),
        ] as [(String, Finding.Verdict)])
    func version(_ version: String, _ verdict: Finding.Verdict) {
        let examination = DatabaseExamination(
            version: version, damage: nil, clockAhead: nil, lastWritten: nil, hashes: [])
        let findings = Finding.database(examination, place: "/a.db", user: nil)
        #expect(findings.map(\.verdict) == [.ok, verdict] && findings[0].text == "/a.db")
    }

    @Test("of damage names the file and what is wrong with it") func damage() {
        let examination = DatabaseExamination(
            version: "SQLite 4.0.0", damage: "page 7", clockAhead: nil, lastWritten: nil, hashes: [])
        let finding = Finding.database(examination, place: "/a.db", user: "process 1")[0]
        #expect(finding.verdict == .wrong && finding.text == "/a.db is damaged (page 7): restore it from a backup")
    }

    @Test(
        "of the clock",
        arguments: [
            (true, nil, nil, [.ok]), (false, nil, nil, [.warning]), (true, 1_000, nil, [.ok]),
            (true, 1_001, nil, [.warning]), (true, -1_001, nil, [.warning]), (true, 60_000, nil, [.warning]),
            (true, 60_001, nil, [.wrong]), (true, -60_001, nil, [.wrong]), (true, nil, 1_000, [.ok]),
            (true, nil, 1_001, [.wrong]), (false, 2_000, 2_000, [.warning, .wrong, .warning]), (true, 0, -5_000, [.ok]),
        ] as [(Bool, Int?, Int?, [Finding.Verdict])])
    func clock(_ isSynchronised: Bool, _ ahead: Int?, _ written: Int?, _ verdicts: [Finding.Verdict]) {
        let findings = Finding.clock(
            now: Sample.now, isSynchronised: isSynchronised, databaseAhead: ahead.map { .milliseconds($0) },
            lastWritten: written.map { Sample.now + .milliseconds($0) }, skew: .seconds(60))
        #expect(findings.map(\.verdict) == verdicts)
    }

    @Test(
        "of files: the data are for their owner alone, a secret is not for everybody without a word",
        arguments: [
            (0o600, true, .ok, .ok), (0o400, false, .wrong, .ok), (0o640, true, .warning, .warning),
            (0o644, true, .wrong, .warning), (0o602, true, .wrong, .warning), (0o700, true, .ok, .ok),
        ] as [(UInt32, Bool, Finding.Verdict, Finding.Verdict)])
    func files(_ mode: UInt32, _ isWritable: Bool, _ ofData: Finding.Verdict, _ ofSecret: Finding.Verdict) {
        let file = FileCondition(path: "/a", mode: mode, isWritable: isWritable)
        #expect(Finding.files(data: [file], secrets: []).map(\.verdict) == [ofData])
        #expect(Finding.files(data: [], secrets: [file]).map(\.verdict) == [ofSecret])
    }

    @Test("of hashes names some of the accounts and counts the rest", arguments: [0, 1, 5, 6, 9])
    func hashes(_ unreadable: Int) {
        let hashes = (1...10).map { number in
            DatabaseExamination.AccountHash(
                user: Int64(number), hash: PasswordHash(phcString: number <= unreadable ? "" : "good"))
        }
        for limit in [10, 11] {
            let finding = Finding.hashes(hashes, limit: limit) { $0.phcString == "good" }
            #expect(finding.verdict == (unreadable == 0 ? .ok : .wrong))
            switch unreadable {
            case 0: #expect(finding.text.contains(limit == 10 ? "the youngest 10 accounts" : "all 10 accounts"))
            case 1: #expect(finding.text.contains("account 1:"))
            case 5: #expect(finding.text.contains("account 1, 2, 3, 4, 5:"))
            default: #expect(finding.text.contains("account 1, 2, 3, 4, 5 and \(unreadable - 5) more:"))
            }
        }
    }

    @Test("of keys: somebody has to sign, and nothing may be torn") func keys() {
        let whole = KeyStoreContents(keys: [Sample.key(1, .active), Sample.key(2, .published)], keyEncryptionKeys: [])
        #expect(Finding.keys(whole).map(\.verdict) == [.ok])
        let unsigned = KeyStoreContents(
            keys: [Sample.key(1, .published), Sample.key(2, .active, algorithm: .es256)], keyEncryptionKeys: [])
        #expect(Finding.keys(unsigned).map(\.verdict) == [.ok, .wrong])
        let torn = KeyStoreContents(keys: whole.keys, keyEncryptionKeys: [], statesWithoutKey: [KeyID(9)])
        #expect(Finding.keys(torn).map(\.verdict) == [.ok, .warning])
        #expect(Finding.keys(torn)[1].text.contains("half of key 9 was deleted"))
        let original = StoredKey(id: KeyID(1), sealed: [], exp: 0, lifecycle: nil)
        #expect(Finding.keys(KeyStoreContents(keys: [original], keyEncryptionKeys: [])).map(\.verdict) == [.ok])
    }

    @Test(
        "of the master key counts its bytes",
        arguments: [("é3456789012345", .warning), ("é34567890123456", .ok)] as [(String, Finding.Verdict)])
    func masterKey(_ secret: String, _ verdict: Finding.Verdict) {
        #expect(Finding.masterKey(Secret(secret)).verdict == verdict)
        #expect(!Finding.masterKey(Secret(secret)).text.contains(secret))
    }

    @Test(
        "of the issuer: whether it can be where this server is",
        arguments: [
            ([:], .ok), (["JWKS_PORT": "9000"], .warning), (["JWKS_HOST": "0.0.0.0"], .warning),
            (["JWKS_ISSUER": "http://127.0.0.1:9000", "JWKS_PORT": "9000"], .ok),
            (["JWKS_ISSUER": "http://id.example"], .warning), (["JWKS_ISSUER": "https://id.example/p/"], .ok),
        ] as [([String: String], Finding.Verdict)])
    func issuer(_ environment: [String: String], _ verdict: Finding.Verdict) throws {
        let findings = Finding.settings(try settings(environment))
        #expect(findings.map(\.subject) == ["settings", "issuer"] && findings[1].verdict == verdict)
    }

    @Test("a report is wrong if anything is, and shows one line each") func report() {
        let ok = Finding.disk(room: 1 << 40, size: 0)
        let wrong = Finding.failure(of: "keys", OperatorError.refused("no\u{1B}[31m\nkey"))
        #expect(!FindingsReport([ok, .disk(room: nil, size: 0)]).isWrong && FindingsReport([ok, wrong]).isWrong)
        #expect(
            FindingsReport([ok, wrong]).lines == [
                "ok     disk  1048576 MiB are free beside a database of 0 MiB", #"wrong  keys  no\u001b[31m key"#,
            ])
        #expect(
            FindingsReport([wrong]).text(asJSON: true)
                == #"{"findings":[{"check":"keys","verdict":"wrong","text":"no\\u001b[31m key"}]}"# + "\n")
    }
}

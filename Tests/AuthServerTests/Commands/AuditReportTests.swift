import AuthCore
import AuthServer
import AuthTestSupport
import Testing

@Suite("What audit answers") struct AuditReportTests {
    private static let full = AuditRecord(
        AuditEvent(
            .login, .failure, reason: .wrongPassword,
            by: .caller(IPAddress(ipv4: 0xC000_0201), userAgent: "curl/8 \u{1B}[31m\n"),
            at: Sample.now + .milliseconds(7), userID: 12, username: "al\u{202E}ice", client: "shop", kid: KeyID(3),
            jti: "7f9165c3"),
        number: 40)
    private static let sparse = AuditRecord(
        AuditEvent(.keyRetire, by: .server, at: Sample.now, kid: KeyID(1)), number: 41)

    @Test("a row is a line, without what would turn a terminal") func table() {
        let report = AuditReport(asJSON: false)
        #expect(
            (report.header + [Self.full, Self.sparse].map(report.line)).joined(separator: "\n") == #"""
                TIME                 OUTCOME  ACTION                    REASON                    USER                  CLIENT                                ADDRESS          KID  ACTOR     USER AGENT
                2027-01-15 08:00:00  failure  login                     wrong_password            al\u202eice           shop                                  192.0.2.1        3    caller    curl/8 \u001b[31m\u000a
                2027-01-15 08:00:00  success  key.retire                -                         -                     -                                     -                1    server    -
                """#)
    }

    @Test("a row is an object in a line") func json() {
        let report = AuditReport(asJSON: true)
        #expect(report.header.isEmpty)
        #expect(
            report.line(Self.full) == #"""
                {"number":40,"time":"2027-01-15T08:00:00.007Z","actor":"caller","action":"login","outcome":"failure",\#
                "reason":"wrong_password","user_id":12,"username":"al\u202eice","client":"shop","address":"192.0.2.1",\#
                "user_agent":"curl/8 \u001b[31m\n","kid":"3","jti":"7f9165c3"}
                """#)
        #expect(
            report.line(Self.sparse) == #"""
                {"number":41,"time":"2027-01-15T08:00:00.000Z","actor":"server","action":"key.retire","outcome":"success",\#
                "reason":null,"user_id":null,"username":null,"client":null,"address":null,"user_agent":null,"kid":"1",\#
                "jti":null}
                """#)
    }
}

@Suite("--since") struct SinceTests {
    private static let moment = Timestamp(seconds: 1_795_838_400)

    @Test(
        "is how long ago, or a time in UTC",
        arguments: [
            ("90s", Sample.now - .seconds(90)), ("24h", Sample.now - .seconds(86_400)),
            ("30", Sample.now - .seconds(30)), ("2026-11-28T04:00:00Z", moment), ("2026-11-28 04:00:00", moment),
            ("2026-11-28T04:00:00", moment), ("2026-11-28", moment - .seconds(14_400)),
        ])
    func read(_ text: String, _ expected: Timestamp) {
        #expect(Since(text)?.moment(at: Sample.now) == expected)
    }

    @Test("is nothing else", arguments: ["", "yesterday", "-5m", "2026-13-01", "2026-11-28T25:00:00Z", "28.11.2026"])
    func refused(_ text: String) { #expect(Since(text) == nil) }
}

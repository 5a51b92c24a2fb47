import AuthCore
import AuthServer
import AuthTestSupport
import Testing

@Suite("What sessions list answers") struct SessionsReportTests {
    private static let entry = ListSessions.Entry(session: Sample.session("sid"), username: "odd\u{1B}[31m")

    @Test("is a table, without what would turn a terminal") func table() {
        #expect(
            SessionsReport([Self.entry]).text(asJSON: false) == #"""
                ID   USER           DEVICE   ADDRESS      SIGNED IN            LAST SEEN            ENDS
                sid  odd\u001b[31m  browser  203.0.113.7  2027-01-15 08:00:00  2027-01-15 08:00:00  2027-01-15 10:00:00

                """#)
        #expect(SessionsReport([]).lines == ["nobody is signed in with a browser"])
    }

    @Test("JSON has everything that is known of a session") func json() {
        let text = SessionsReport([Self.entry]).text(asJSON: true)
        #expect(
            text.hasPrefix(
                #"{"sessions":[{"sid":"sid","user_id":1,"username":"odd\u001b[31m","address":"203.0.113.7","#))
        #expect(text.contains(#""seen_at":"2027-01-15T08:00:00Z""#))
    }
}

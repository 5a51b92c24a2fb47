import AuthCore
import AuthServer
import AuthTestSupport
import Testing

@Suite("Reports about sessions that ended") struct LogoutsReportTests {
    private static func delivery(_ attempts: Int64, next: Timestamp?, failure: String?) -> LogoutDelivery {
        LogoutDelivery(
            session: "sid-\(attempts)", client: Sample.app, user: 7, createdAt: Sample.now, attempts: attempts,
            nextAt: next, failure: failure)
    }

    private static let deliveries = [
        delivery(0, next: Sample.now, failure: nil),
        delivery(2, next: Sample.now + .seconds(10), failure: "status 500"),
        delivery(31, next: nil, failure: "odd\u{1B}[31m"),
    ]

    @Test("have a line for each client that was not told") func lines() {
        #expect(
            LogoutsReport(Self.deliveries).lines == [
                "SESSION  CLIENT  USER  ENDED                TRIES  LAST FAILURE   NEXT TRY",
                "sid-0    app     7     2027-01-15 08:00:00  0      -              2027-01-15 08:00:00",
                "sid-2    app     7     2027-01-15 08:00:00  2      status 500     2027-01-15 08:00:10",
                #"sid-31   app     7     2027-01-15 08:00:00  31     odd\u001b[31m  given up"#,
            ])
        #expect(LogoutsReport([]).lines == ["every client was told of every session that ended"])
    }

    @Test("say in JSON how far it is") func json() {
        let common = #""client_id":"app","user_id":7,"state""#
        #expect(
            LogoutsReport(Self.deliveries).text(asJSON: true)
                == #"{"logouts":[{"sid":"sid-0",\#(common):"pending","ended_at":"2027-01-15T08:00:00Z","attempts":0,"#
                + #""failure":null,"next_at":"2027-01-15T08:00:00Z"},"#
                + #"{"sid":"sid-2",\#(common):"failed","ended_at":"2027-01-15T08:00:00Z","attempts":2,"#
                + #""failure":"status 500","next_at":"2027-01-15T08:00:10Z"},"#
                + #"{"sid":"sid-31",\#(common):"given_up","ended_at":"2027-01-15T08:00:00Z","attempts":31,"#
                + #""failure":"odd\u001b[31m","next_at":null}]}"# + "\n")
    }

    @Test("tell whose sessions ended, and how many") func ended() {
        #expect(SessionsEndReport(nil, sessions: 1).lines == ["1 session ended"])
        #expect(SessionsEndReport(nil, sessions: 0).lines == ["0 sessions ended"])
        #expect(SessionsEndReport(nil, sessions: 2).text(asJSON: true) == "{\"sessions_ended\":2}\n")
    }
}

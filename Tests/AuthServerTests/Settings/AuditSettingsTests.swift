import AuthCore
import AuthServer
import Testing

@Suite("Settings of the audit log") struct AuditSettingsTests {
    private static let day: Duration = .seconds(86_400)

    @Test(
        "keep it for 90 days, auth_logs for ever, or as long as they say",
        arguments: [
            ([:], AuditRetention(audit: day * 90, authLogs: .zero)),
            (["JWKS_AUDIT_RETENTION": "0"], AuditRetention(audit: .zero, authLogs: .zero)),
            (
                ["JWKS_AUDIT_RETENTION": "1s", "JWKS_AUTH_LOGS_RETENTION": "30d"],
                AuditRetention(audit: .seconds(1), authLogs: day * 30)
            ),
            (["JWKS_AUTH_LOGS_RETENTION": "1h"], AuditRetention(audit: day * 90, authLogs: .seconds(3_600))),
        ] as [([String: String], AuditRetention)])
    func retention(_ environment: [String: String], _ expected: AuditRetention) throws {
        #expect(try settings(environment).audit.retention == expected)
    }

    @Test("refuse what is no time, and to forget logins whose tokens are alive") func refused() {
        #expect(
            refusal(["JWKS_AUDIT_RETENTION": "long"])
                == "JWKS_AUDIT_RETENTION is \"long\": give a time such as 90s, 15m, 24h or 30d")
        #expect(
            refusal(["JWKS_AUTH_LOGS_RETENTION": "59m"])
                == "JWKS_AUTH_LOGS_RETENTION (59m) must be at least JWKS_TOKEN_LIFETIME (1h), or 0: else `keys revoke`"
                + " cannot tell how many live tokens there are")
    }
}

import AuthCore
import Testing

@Suite("AuditEvent") struct AuditEventTests {
    @Test(
        "keeps a text of at most 256 bytes, in whole characters and without a NUL",
        arguments: [
            ("", ""), ("alice", "alice"), ("a\0b\0", "ab"), (String(repeating: "x", count: 256), nil),
            (String(repeating: "x", count: 257), String(repeating: "x", count: 256)),
            (String(repeating: "\u{E9}", count: 200), String(repeating: "\u{E9}", count: 128)),
            ("x" + String(repeating: "\u{1F511}", count: 100), "x" + String(repeating: "\u{1F511}", count: 63)),
        ] as [(String, String?)])
    func bounded(_ text: String, _ kept: String?) { #expect(AuditEvent.bounded(text) == kept ?? text) }

    @Test("has names that scripts may look for") func names() {
        let names = AuditAction.allCases.map(\.rawValue)
        #expect(Set(names).count == names.count)
        #expect(
            Set(names).isSuperset(of: ["login", "register", "password.change", "user.reset_password", "key.rotate"]))
        #expect(AuditOutcome.allCases.map(\.rawValue) == ["success", "failure"])
        #expect(
            AuditReason.allCases.map(\.rawValue) == [
                "unknown_user", "wrong_password", "disabled", "changed_meanwhile", "password_change_required", "denied",
                "early", "key_missing", "state_missing", "code_reuse", "refresh_reuse",
            ])
    }
}

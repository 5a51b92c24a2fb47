import ArgumentParser
package import AuthCore

/// How long is kept what was done and tried.
package struct AuditSettings: Sendable {
    static let audit = Setting(
        "JWKS_AUDIT_RETENTION", "How long the audit log is kept; 0 for ever", default: "90d", .durationOrZero)
    static let authLogs = Setting(
        "JWKS_AUTH_LOGS_RETENTION", "How long auth_logs is kept; 0 for ever", default: "0s", .durationOrZero)
    static let definitions = [audit.definition, authLogs.definition]

    struct Options: SettingOptionGroup {
        @Option(help: AuditSettings.audit.optionHelp) var auditRetention: String?
        @Option(help: AuditSettings.authLogs.optionHelp) var authLogsRetention: String?
    }

    /// Of both logs.
    package let retention: AuditRetention

    init(_ reader: SettingsReader, tokenLifetime: Duration) throws {
        let authLogs = try reader.value(of: Self.authLogs)
        guard authLogs == .zero || authLogs >= tokenLifetime else {
            throw SettingsError(
                "JWKS_AUTH_LOGS_RETENTION (\(authLogs.settingText)) must be at least JWKS_TOKEN_LIFETIME"
                    + " (\(tokenLifetime.settingText)), or 0: else `keys revoke` cannot tell how many live tokens there"
                    + " are")
        }
        retention = AuditRetention(audit: try reader.value(of: Self.audit), authLogs: authLogs)
    }
}

extension AccountReads {
    /// What the audit log says of an account that is there. One whose row cannot be read is known by its number alone.
    func auditEvent(
        _ action: AuditAction, of user: UserID, by origin: AuditOrigin, at moment: Timestamp
    ) -> AuditEvent {
        AuditEvent(action, by: origin, at: moment, userID: user, username: (try? account(user))??.username)
    }
}

extension KeySchedule.Event {
    /// As the audit log has it.
    func auditEvent(by origin: AuditOrigin, at moment: Timestamp) -> AuditEvent {
        func event(_ action: AuditAction, _ id: KeyID, _ reason: AuditReason? = nil) -> AuditEvent {
            AuditEvent(action, reason: reason, by: origin, at: moment, kid: id)
        }
        return switch self {
        case .activated(let id, let early): event(.keyActivate, id, early ? .early : nil)
        case .retired(let id, _): event(.keyRetire, id)
        case .revoked(let id): event(.keyRevoke, id)
        case .deleted(let id): event(.keyDelete, id)
        case .keyWasMissing(let id): event(.keyRepair, id, .keyMissing)
        case .stateWasMissing(let id): event(.keyRepair, id, .stateMissing)
        }
    }
}

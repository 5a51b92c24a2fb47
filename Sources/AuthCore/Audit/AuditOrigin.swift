/// Who did something, and from where. Texts that somebody else chose are cut as ``AuditEvent/bounded(_:)`` does.
package struct AuditOrigin: Equatable, Sendable {
    /// `server`, `caller`, or `os:` with a name of the operating system's.
    package let actor: String
    /// The whole address of a caller as text, without port.
    package let address: String?
    /// What a caller says it is.
    package let userAgent: String?

    private init(actor: String, address: String? = nil, userAgent: String? = nil) {
        self.actor = AuditEvent.bounded(actor)
        self.address = address
        self.userAgent = userAgent.map(AuditEvent.bounded)
    }

    /// The server by itself.
    package static let server = AuditOrigin(actor: "server")

    /// Somebody at the other end of a request: who it is, the row's user says.
    package static func caller(_ address: IPAddress?, userAgent: String? = nil) -> AuditOrigin {
        AuditOrigin(actor: "caller", address: address?.description, userAgent: userAgent)
    }

    /// Whoever runs a command.
    package static func operatingSystem(_ name: String) -> AuditOrigin { AuditOrigin(actor: "os:\(name)") }
}

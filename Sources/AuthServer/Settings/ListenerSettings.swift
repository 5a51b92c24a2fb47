import ArgumentParser

/// Where the server listens.
package struct ListenerSettings: Sendable {
    static let host = Setting("JWKS_HOST", "Address to listen on", default: "127.0.0.1", .text)
    static let port = Setting("JWKS_PORT", "Port to listen on", default: "8080", .integer(0...65_535))
    static let drainDelay = Setting(
        "JWKS_DRAIN_DELAY", "How long /health/ready says 503 before a stopping server takes no more connections",
        default: "0s", .durationOrZero)
    static let definitions = [host.definition, port.definition, drainDelay.definition]

    struct Options: SettingOptionGroup {
        @Option(help: ListenerSettings.host.optionHelp) var host: String?
        @Option(help: ListenerSettings.port.optionHelp) var port: String?
        @Option(help: ListenerSettings.drainDelay.optionHelp) var drainDelay: String?
    }

    /// A name or an address of this machine.
    package let host: String
    /// 0 lets the system choose.
    package let port: Int
    /// From SIGTERM to the end of accepting: as long as a balancer needs to notice.
    package let drainDelay: Duration

    init(_ reader: SettingsReader) throws {
        host = try reader.value(of: Self.host)
        port = try reader.value(of: Self.port)
        drainDelay = try reader.value(of: Self.drainDelay)
    }
}

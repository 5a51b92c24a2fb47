import ArgumentParser

/// Where the server listens.
package struct ListenerSettings: Sendable {
    static let host = Setting("JWKS_HOST", "Address to listen on", default: "127.0.0.1", .text)
    static let port = Setting("JWKS_PORT", "Port to listen on", default: "8080", .integer(0...65_535))
    static let drainDelay = Setting(
        "JWKS_DRAIN_DELAY", "How long /health/ready says 503 before a stopping server takes no more connections",
        default: "0s", .durationOrZero)
    static let connections = Setting(
        "JWKS_CONNECTIONS", "Connections at once, at most", otherwise: "as many as open files and memory allow",
        .count(1...1_000_000))
    static let connectionsPerAddress = Setting(
        "JWKS_CONNECTIONS_PER_ADDRESS", "Connections at once from one address, at most; 0 for no limit",
        otherwise: "1024, but a quarter of JWKS_CONNECTIONS at most", .count(0...1_000_000))
    static let definitions = [
        host.definition, port.definition, drainDelay.definition, connections.definition,
        connectionsPerAddress.definition,
    ]

    struct Options: SettingOptionGroup {
        @Option(help: ListenerSettings.host.optionHelp) var host: String?
        @Option(help: ListenerSettings.port.optionHelp) var port: String?
        @Option(help: ListenerSettings.drainDelay.optionHelp) var drainDelay: String?
        @Option(help: ListenerSettings.connections.optionHelp) var connections: String?
        @Option(help: ListenerSettings.connectionsPerAddress.optionHelp) var connectionsPerAddress: String?
    }

    /// A name or an address of this machine.
    package let host: String
    /// 0 lets the system choose.
    package let port: Int
    /// From SIGTERM to the end of accepting: as long as a balancer needs to notice.
    package let drainDelay: Duration
    /// At most; nil for as many as the system allows.
    package let connections: Int?
    /// At most, 0 for no limit; nil for what follows from all.
    package let connectionsPerAddress: Int?

    init(_ reader: SettingsReader) throws {
        host = try reader.value(of: Self.host)
        port = try reader.value(of: Self.port)
        drainDelay = try reader.value(of: Self.drainDelay)
        connections = try reader.value(of: Self.connections, otherwise: nil)
        connectionsPerAddress = try reader.value(of: Self.connectionsPerAddress, otherwise: nil)
    }
}

extension SettingFormat<Int?> {
    /// A whole number; nil is what nobody wrote.
    fileprivate static func count(_ range: ClosedRange<Int>) -> Self {
        let number = SettingFormat<Int>.integer(range)
        return Self { text in
            switch number.parse(text) {
            case .success(let value): .success(value)
            case .failure(let remedy): .failure(Remedy(text: remedy.text))
            }
        }
    }
}

import ArgumentParser

/// Where metrics can be read.
package struct MetricsSettings: Sendable {
    static let port = Setting(
        "JWKS_METRICS_PORT", "Port on which GET /metrics answers, for Prometheus", otherwise: "no metrics",
        SettingFormat<Int>.integer(1...65_535))
    static let host = Setting("JWKS_METRICS_HOST", "Address of that port", default: "127.0.0.1", .text)
    static let definitions = [port.definition, host.definition]

    struct Options: SettingOptionGroup {
        @Option(help: MetricsSettings.port.optionHelp) var metricsPort: String?
        @Option(help: MetricsSettings.host.optionHelp) var metricsHost: String?
    }

    /// A port of its own.
    package struct Address: Equatable, Sendable {
        /// A name or an address of this machine.
        package let host: String
        /// Never 0.
        package let port: Int
    }

    /// nil where metrics are off.
    package let address: Address?

    /// - Parameter publicPort: which is none for metrics.
    init(_ reader: SettingsReader, publicPort: Int) throws {
        let host = try reader.value(of: Self.host)
        guard try reader.text(of: Self.port.definition) != nil else {
            guard try reader.text(of: Self.host.definition) == nil else {
                throw SettingsError(
                    "JWKS_METRICS_HOST is set and JWKS_METRICS_PORT is not: metrics need a port, or set neither")
            }
            address = nil
            return
        }
        let port = try reader.value(of: Self.port)
        guard port != publicPort else {
            throw SettingsError("JWKS_METRICS_PORT and JWKS_PORT are both \(port): metrics need a port of their own")
        }
        address = Address(host: host, port: port)
    }
}

import ArgumentParser
package import Logging

/// What is logged, and in which form.
package struct LogSettings: Sendable {
    static let level = Setting(
        "JWKS_LOG_LEVEL", "trace, debug, info, notice, warning, error or critical", default: "info",
        .choice(Logger.Level.allCases.map { ($0.rawValue, $0) }))
    static let format = Setting(
        "JWKS_LOG_FORMAT", "text or json", default: "text",
        .choice([("text", LineLogHandler.Format.text), ("json", .json)]))
    static let definitions = [level.definition, format.definition]

    struct Options: SettingOptionGroup {
        @Option(help: LogSettings.level.optionHelp) var logLevel: String?
        @Option(help: LogSettings.format.optionHelp) var logFormat: String?
    }

    /// The least important that is written.
    package let level: Logger.Level
    /// How a line looks.
    package let format: LineLogHandler.Format

    init(_ reader: SettingsReader) throws {
        level = try reader.value(of: Self.level)
        format = try reader.value(of: Self.format)
    }
}

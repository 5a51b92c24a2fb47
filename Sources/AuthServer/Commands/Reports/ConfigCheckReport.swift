package import AuthCore

/// What `config check` answers when the settings are in order.
package struct ConfigCheckReport: CommandReport {
    private let warnings: [String]

    /// - Parameter warnings: what is unwise, a line each.
    package init(warnings: [String]) { self.warnings = warnings }

    /// That they are, and each warning.
    package var lines: [String] { warnings.map { "warning: \($0)" } + ["the settings are in order"] }

    /// `{"warnings":[…]}`.
    package var json: [(name: String, value: JSONValue)] { [("warnings", .array(warnings.map { .string($0) }))] }
}

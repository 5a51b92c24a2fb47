import AuthCore
import Foundation

/// Looks a setting up: command-line option, environment variable, `.env`, in this order.
struct SettingsReader {
    private let options: [Setting: String]
    /// The environment, then the file: names to values.
    private let sources: [[String: String]]

    /// - Parameters:
    ///   - options: what the command line said.
    ///   - environment: the process's variables.
    ///   - directory: where `.env` is looked for.
    /// - Throws: ``SettingsError`` for a `JWKS_…` or `NOT_MY_KEY…` name that does not exist.
    init(options: [Setting: String], environment: [String: String], directory: String) throws {
        self.options = options
        let path = directory + "/.env"
        var file: [String: String] = [:]
        if FileManager.default.fileExists(atPath: path) {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw SettingsError(".env cannot be read: check that it is a text file and its mode")
            }
            file = try EnvironmentFile.parse(text, path: ".env")
        }
        sources = [environment, file]
        try refuseUnknownNames()
    }

    func text(_ setting: Setting) -> String? {
        options[setting] ?? sources.lazy.compactMap { $0[setting.rawValue] }.first
    }

    func text(_ setting: Setting, default value: String) throws -> String {
        let text = text(setting) ?? value
        guard !text.isEmpty else { throw SettingsError(setting, "", "give it a value or leave it out") }
        return text
    }

    func integer(_ setting: Setting, default value: Int, _ range: ClosedRange<Int>) throws -> Int {
        guard let text = text(setting) else { return value }
        guard let number = Int(text), range.contains(number) else {
            throw SettingsError(setting, text, "give a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    func duration(_ setting: Setting, default value: Duration, zeroAllowed: Bool = false) throws -> Duration {
        guard let text = text(setting) else { return value }
        guard let duration = durationFromText(text), zeroAllowed || duration > .zero else {
            throw SettingsError(setting, text, "give a time such as 90s, 15m, 24h or 30d")
        }
        return duration
    }

    func choice<Value>(_ setting: Setting, default value: Value, _ choices: [(String, Value)]) throws -> Value {
        guard let text = text(setting) else { return value }
        guard let choice = choices.first(where: { $0.0 == text.lowercased() }) else {
            throw SettingsError(setting, text, "choose one of \(choices.map(\.0).joined(separator: ", "))")
        }
        return choice.1
    }

    /// A secret, or what is in the file named for it without the line end that editors add.
    func secret(_ setting: SecretSetting) throws -> Secret? {
        for source in sources {
            switch (source[setting.rawValue], source[setting.fileVariable]) {
            case (_?, _?):
                throw SettingsError("\(setting.rawValue) and \(setting.fileVariable) are both set: keep one")
            case (let text?, nil): return try notEmpty(text, setting.rawValue)
            case (nil, let path?):
                guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                    throw SettingsError("\(setting.fileVariable) names a file that cannot be read as text: \(path)")
                }
                return try notEmpty(text.hasSuffix("\n") ? String(text.dropLast()) : text, setting.fileVariable)
            case (nil, nil): continue
            }
        }
        return nil
    }

    private func notEmpty(_ text: String, _ name: String) throws -> Secret {
        guard !text.isEmpty else { throw SettingsError("\(name) is empty: give the secret that protects the keys") }
        return Secret(text)
    }

    private func refuseUnknownNames() throws {
        let secrets = SecretSetting.allCases.flatMap { [$0.rawValue, $0.fileVariable] }
        let known = Setting.allCases.map(\.rawValue) + secrets
        for name in sources.flatMap(\.keys).sorted() where name.hasPrefix("JWKS_") || name.hasPrefix("NOT_MY_KEY") {
            guard !known.contains(name) else { continue }
            let nearest = nearestName(to: name, among: known) ?? "JWKS_PORT"
            throw SettingsError("\(name) is not a setting: did you mean \(nearest)?")
        }
    }
}

/// `90s`, `15m`, `24h`, `30d`, or a bare number of seconds; nil for anything else or more than 100 years.
func durationFromText(_ text: String) -> Duration? {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
    let unit = text.last.flatMap { units[$0] }
    guard let number = Int64(unit == nil ? text : String(text.dropLast())), (0...3_153_600_000).contains(number) else {
        return nil
    }
    let seconds = number * (unit ?? 1)
    return seconds <= 3_153_600_000 ? .seconds(seconds) : nil
}

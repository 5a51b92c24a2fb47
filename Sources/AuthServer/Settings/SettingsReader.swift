import AuthCore
import Foundation

/// Looks a setting up: command-line option, environment variable, `.env`, in this order.
struct SettingsReader {
    private static let fileSuffix = "_FILE"

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

    /// A secret, or what is in the file named for it.
    func secret(_ setting: SecretSetting) throws -> Secret? {
        guard let (name, text) = try valueOrFile(setting.rawValue) else { return nil }
        guard !text.isEmpty else { throw SettingsError("\(name) is empty: give the secret that protects the keys") }
        return Secret(text)
    }

    /// Where the data live. The URL may hold a password, so it can come from a file like a secret.
    func database(default value: String) throws -> String {
        if options[.database] != nil { return try text(.database, default: value) }
        guard let (name, text) = try valueOrFile(Setting.database.rawValue) else { return value }
        guard !text.isEmpty else { throw SettingsError("\(name) is empty: give it a value or leave it out") }
        return text
    }

    /// The value of `name`, or the text of the file that `name_FILE` names, without the line end that editors add.
    /// - Returns: with it the variable that gave it.
    private func valueOrFile(_ name: String) throws -> (name: String, text: String)? {
        let fileVariable = name + Self.fileSuffix
        for source in sources {
            switch (source[name], source[fileVariable]) {
            case (_?, _?): throw SettingsError("\(name) and \(fileVariable) are both set: keep one")
            case (let text?, nil): return (name, text)
            case (nil, let path?):
                guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                    throw SettingsError("\(fileVariable) names a file that cannot be read as text: \(path)")
                }
                return (fileVariable, text.hasSuffix("\n") ? String(text.dropLast()) : text)
            case (nil, nil): continue
            }
        }
        return nil
    }

    private func refuseUnknownNames() throws {
        let secrets = SecretSetting.allCases.map(\.rawValue)
        let files = (secrets + [Setting.database.rawValue]).map { $0 + Self.fileSuffix }
        let known = Setting.allCases.map(\.rawValue) + secrets + files
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

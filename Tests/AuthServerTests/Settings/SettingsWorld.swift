import AuthServer
import Foundation

/// Where no `.env` is.
let nowhere = "/nonexistent"

/// Four cores and 8 GiB.
let host = HostResources(cores: 4, memoryKiB: 8 * 1_048_576)

/// The settings that these variables and options, by the name of their variable, lead to.
func settings(_ environment: [String: String] = [:], options: [String: String] = [:]) throws -> Settings {
    let reader = try SettingsReader(options: options, environment: environment, directory: nowhere)
    return try Settings(reader, host: host)
}

/// The line that refuses them; nil when they are accepted.
func refusal(_ environment: [String: String], options: [String: String] = [:]) -> String? {
    line { _ = try settings(environment, options: options) }
}

/// What a ``SettingsError`` that `body` throws says.
func line(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let error as SettingsError {
        return error.description
    } catch {
        return "another error: \(error)"
    }
}

/// Runs `body` in a directory of its own with these files.
func withDirectory(_ files: [String: String], _ body: (_ path: String) throws -> Void) throws {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("jwks-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (name, text) in files { try Data(text.utf8).write(to: directory.appendingPathComponent(name)) }
    try body(directory.path)
}

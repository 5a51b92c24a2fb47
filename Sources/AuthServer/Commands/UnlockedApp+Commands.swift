import AuthCore

extension UnlockedApp {
    /// Runs a command that touches keys, and closes the database after it. What it throws becomes a line and an exit
    /// code; a start of the server would fail with the same ones, before anything is changed.
    static func use(_ options: SettingOptions, _ command: (UnlockedApp) async throws -> Void) async throws {
        try await withExitCode {
            let reader = try options.reader()
            let settings = try Settings(reader)
            _ = try await OpenDatabase.peekExisting(settings.database.address)
            let warnings = try StartWarnings(settings, reader)
            let app = try await App(settings).unlock(with: reader)
            defer { app.database.close() }
            await warnings.report()
            try await command(app)
        }
    }

    /// Does what `operation` says, and makes the keys that are missing then: a running server would, but there may be
    /// none.
    func step(_ operation: RotateKeys.Operation) async throws -> RotateKeys.Outcome {
        try await rotateKeys.stepMakingKeys(operation)
    }
}

extension StartWarnings {
    /// Says them where a command has no log.
    func report() async {
        for line in lines { await CommandOutput.report("jwks-server: warning: \(line.escapingControlCharacters())") }
    }
}

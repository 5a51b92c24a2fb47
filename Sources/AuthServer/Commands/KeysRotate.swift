import ArgumentParser
import AuthCore

struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Let the next key sign as soon as that is safe, and say when.",
        discussion: "The successor has to be published for JWKS_KEY_PUBLISH_AHEAD first; no verifier will notice.")

    @Option(help: "Whose next key, RS256, ES256 or EdDSA.") var algorithm = KeyAlgorithm.rs256
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await UnlockedApp.use(options) { app in
            // A successor that is missing is made first: there must be one to bring forward.
            let before = try await app.step(.due).plan
            let plan = try await app.step(.rotation(algorithm)).plan
            let now = app.time.now
            let active = plan.active(algorithm)
            let wasDue = active != nil && active?.id != before.active(algorithm)?.id
            let waiting = plan.keys.first { $0.state == .published && $0.algorithm == algorithm }
            guard let next = wasDue ? active : waiting else {
                throw OperatorError.refused(
                    "there is no successor to activate: JWKS_KEY_ALGORITHMS does not name \(algorithm.rawValue)")
            }
            let schedule = app.rotateKeys.schedule
            let moment = wasDue ? now : schedule.earliestActivation(of: next, after: active)
            await RotationReport(next: next, activatesAt: moment, now: now).print(
                asJSON: json, database: app.settings.database.address)
        }
    }
}

extension KeyAlgorithm: ExpressibleByArgument {}

import ArgumentParser
import AuthCore

struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Let the next key sign as soon as that is safe, and say when.",
        discussion: "The successor has to be published for JWKS_KEY_PUBLISH_AHEAD first; no verifier will notice.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await UnlockedApp.use(options) { app in
            // A successor that is missing is made first: there must be one to bring forward.
            let before = try await app.step(.due).plan
            let plan = try await app.step(.rotation).plan
            let now = app.time.now
            let wasDue = plan.active?.id != before.active?.id
            guard let next = wasDue ? plan.active : plan.keys.first(where: { $0.state == .published }) else {
                throw AuthError.refused("there is no successor to activate")
            }
            let schedule = app.rotateKeys.schedule
            let moment = wasDue ? now : schedule.earliestActivation(of: next, after: plan.active)
            RotationReport(next: next, activatesAt: moment, now: now).print(asJSON: json)
        }
    }
}

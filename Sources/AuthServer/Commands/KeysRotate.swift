import ArgumentParser
import AuthCore

struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Let the next key sign as soon as that is safe, and say when.",
        discussion: "The successor has to be published for JWKS_KEY_PUBLISH_AHEAD first; no verifier will notice.")

    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await CommandContext.run(options) { context in
            // A successor that is missing is made first: there must be one to bring forward.
            let before = try await context.step(.due).plan
            let outcome = try await context.step(.rotation)
            let now = context.time.now
            let wasDue = outcome.plan.active?.id != before.active?.id
            let waiting = outcome.plan.keys.first { $0.state == .published }
            guard let next = wasDue ? outcome.plan.active : waiting else {
                throw AuthError.refused("there is no successor to activate")
            }
            let moment =
                wasDue ? now : context.rotate.schedule.earliestActivation(of: next, after: outcome.plan.active)
            if json {
                printJSON([("kid", .string(next.id.description)), ("activates_at", .moment(moment))])
            } else if wasDue {
                print("key \(next.id) signs from now on: it had been published long enough")
            } else {
                print(
                    "key \(next.id) signs from \(utcText(moment)) UTC on, in \((moment - now).secondsRoundedUp) s:"
                        + " it is in the JWK Set since \(utcText(next.publishedAt)), and every verifier gets its time")
            }
        }
    }
}

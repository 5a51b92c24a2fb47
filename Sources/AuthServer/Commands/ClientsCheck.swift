import ArgumentParser
import AuthCore
import AuthHTTP
import Foundation

struct ClientsCheck: AsyncParsableCommand {
    /// How long each document at the public URL may take.
    private static let patience: Duration = .seconds(5)

    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Go through a client's login, and name what would fail first.",
        discussion: """
            A line each in the order of a login, from the metadata that the program reads to the e-mail that it may need, with \
            what to do. Exit code 1 if anything would fail. Changes nothing.

            Say what the program is configured with, and that is tried; else what it is registered with.
            """)

    @Argument(help: "The client_id, as `clients list` shows it.") var id: String
    @Option(
        help: "What it is: \(ClientProfile.allCases.map(\.rawValue).joined(separator: ", "))",
        transform: ClientProfile.init(argument:)) var like: ClientProfile?
    @Option(help: "Where it has its users sent.") var redirectUri: String?
    @Option(help: "What it asks for; may be repeated.") var scope: [String] = []
    @Option(help: "For whom it asks for tokens; may be repeated.") var resource: [String] = []
    @Flag(help: "Read its secret from standard input, and see whether it is right.") var secretStdin = false
    @Flag(help: "Ask nothing of the network.") var offline = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let secret = secretStdin ? try CommandInput.secret(called: "secret") : nil
            let settings = app.settings
            let configuration = RehearseLogin.Configuration(
                redirectURI: redirectUri, scope: scope.isEmpty ? nil : scope.joined(separator: " "),
                resources: resource, secret: secret)
            let rehearse = RehearseLogin(
                store: store, time: app.time,
                issuing: IssueTokens.Configuration(
                    issuer: settings.tokens.issuer, audience: settings.tokens.audience,
                    lifetimes: TokenLifetimes(refresh: settings.sessions.refreshing)))
            let rehearsal = try await rehearse(id, configuration)
            let seen = offline ? [] : await Self.publicURL(settings.tokens.issuer, rehearsal)
            let report = ClientCheckReport(
                [Finding.issuer(settings.tokens, for: rehearsal.client)] + seen
                    + Finding.registration(
                        rehearsal, issuer: settings.tokens.issuer,
                        outgoing: OutgoingAddresses(allowing: settings.sessions.logoutNetworks))
                    + Finding.requests(rehearsal, configuration) + Finding.users(rehearsal, like)
                    + (like.map { Finding.profile($0, rehearsal) } ?? []))
            await app.print(report, asJSON: json)
            if report.isWrong { throw ExitCode.failure }
        }
    }

    /// What the program finds where it looks first.
    private static func publicURL(_ issuer: String, _ rehearsal: LoginRehearsal) async -> [Finding] {
        guard let metadata = KeySetProbe(metadataOf: issuer), let keys = KeySetProbe(issuer: issuer) else { return [] }
        let usesCodes = rehearsal.client.grants.contains(.authorizationCode)
        return [Finding.metadata(await answer(metadata), of: IssuerAddresses(issuer: issuer))]
            + (usesCodes ? [Finding.signingKey(keys.url, await answer(keys), rehearsal.signingKey)] : [])
    }

    private static func answer(_ probe: KeySetProbe) async -> Result<KeySetProbe.Answer, KeySetProbeFailure> {
        do throws(KeySetProbeFailure) {
            // Where other programs look for the authorities that they trust.
            let authorities = ProcessInfo.processInfo.environment["SSL_CERT_FILE"]
            return .success(try await probe.ask(within: patience, authorities: authorities))
        } catch {
            return .failure(error)
        }
    }
}

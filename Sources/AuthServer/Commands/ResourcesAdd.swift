import ArgumentParser
import AuthCore

struct ResourcesAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Register a resource, an audience of access tokens.",
        discussion: "Its URI stands in the aud of its tokens, byte for byte.")

    @Argument(help: "An absolute URI without a fragment, such as https://api.example.com.") var uri: String
    @Option(help: "What there is to be allowed at it; may be repeated.") var scope: [String] = []
    @Option(help: "The typ in the header of its tokens, at+jwt or JWT.") var typ = TokenType.atJWT
    @Option(help: "How long its tokens live, up to 24h (default: as long as others)") var lifetime: String?
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var options: SettingOptions

    func run() async throws {
        try await App.use(options) { app, store in
            let lifetime = try self.lifetime.map { try CommandInput.duration($0, of: "--lifetime") }
            let add = AddResource(store: store, time: app.time, by: app.origin)
            let resource = try await add(uri, scopes: scope, tokenType: typ, lifetime: lifetime)
            await app.print(ResourceReport(resource, did: "is registered"), asJSON: json)
        }
    }
}

extension TokenType: ExpressibleByArgument {
    /// One of an access token's.
    package init?(argument: String) {
        guard let type = Self.ofAccessTokens.first(where: { $0.rawValue == argument }) else { return nil }
        self = type
    }

    /// What `--help` and a refusal name.
    package static var allValueStrings: [String] { ofAccessTokens.map(\.rawValue) }
}

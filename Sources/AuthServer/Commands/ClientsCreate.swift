import ArgumentParser
import AuthCore
import AuthHTTP

struct ClientsCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Register a client.",
        discussion: """
            Prints its id, and its secret once. A redirect URI is compared byte by byte: https; http on 127.0.0.1, [::1] or \
            localhost (any port, for a public client); for an app a scheme with a dot, com.example.app:/callback.

            With --like and --url it is registered as a program that is known needs it, and that program's own \
            configuration is printed, with the secret in it.
            """)

    @Argument(help: "What users are shown.") var name: String
    @Option(
        help: "What it is: \(ClientProfile.allCases.map(\.rawValue).joined(separator: ", "))",
        transform: ClientProfile.init(argument:)) var like: ClientProfile?
    @Option(help: "With --like, where it is: https://app.example.com; of an MCP client its server's address.")
    var url: String?
    @Option(help: "Where users are sent with a code; may be repeated.") var redirectUri: [String] = []
    @Option(help: "Where users are sent after signing out; may be repeated.") var postLogoutRedirectUri: [String] = []
    @Option(help: "Where the client is told that a session ended (back-channel logout): https.")
    var backchannelLogoutUri: String?
    @Flag(name: .customLong("public"), help: "An app or a page, which can keep no secret.") var isPublic = false
    @Option(
        help: """
            authorization_code, refresh_token or client_credentials; may be repeated (default: authorization_code and \
            refresh_token)
            """) var grant: [GrantType] = []
    @Option(help: "What it may ask for; may be repeated (default: all that it can have).") var scope: [String] = []
    @Option(help: "For whom it may ask for tokens, as resources list shows it; may be repeated.")
    var resource: [String] = []
    @Option(help: "implicit, or explicit to ask users (default: explicit for an app's own redirect URI)")
    var consent: ConsentPolicy?
    @Flag(help: "Want PKCE of a confidential client from the first request on.") var requirePkce = false
    @Option(help: "client_secret_basic or client_secret_post: its secret is taken there alone (default: in either)")
    var tokenEndpointAuthMethod = ClientSecretPlace.any
    @Option(help: "A chosen client_id (default: a random one).") var id: String?
    @Flag(help: "Print JSON, with the names of RFC 7591.") var json = false
    @OptionGroup var options: SettingOptions

    func validate() throws {
        guard (like == nil) == (url == nil) else {
            throw ValidationError("--like and --url go together: what the program is, and where")
        }
        guard like == nil || grant.isEmpty && !isPublic else {
            throw ValidationError("--like says what it is: leave out --public and --grant")
        }
    }

    func run() async throws {
        try await App.use(options) { app, store in
            var registration = ClientRegistration(
                name: name, id: id, kind: isPublic ? .public : .confidential,
                secretPlace: tokenEndpointAuthMethod, redirectURIs: redirectUri,
                postLogoutRedirectURIs: postLogoutRedirectUri, backchannelLogoutURI: backchannelLogoutUri,
                grants: grant, scopes: scope, resources: resource, consent: consent, requirePKCE: requirePkce)
            let address = try url.map(ClientProfile.address)
            if let like, let address {
                if let obstacle = app.settings.tokens.oauthObstacle { throw OperatorError.noOAuth(obstacle) }
                registration = like.registration(registration, at: address)
            }
            let (client, secret) = try await CreateClient(store: store, time: app.time, by: app.origin)(registration)
            let configuration = like.map { profile in
                ClientConfiguration(
                    of: profile, issuer: IssuerAddresses(issuer: app.settings.tokens.issuer), client: client,
                    secret: secret, url: address ?? "", ownSecret: ClientConfiguration.newSecret())
            }
            await app.print(NewClientReport(client, secret: secret, configuration: configuration), asJSON: json)
        }
    }
}

extension OperatorError {
    /// Of what a program would be told at once.
    fileprivate static func noOAuth(_ obstacle: String) -> OperatorError {
        .refused("nobody can log in while OAuth is off: JWKS_ISSUER is no issuer for it, \(obstacle)")
    }
}

extension ClientProfile {
    /// - Throws: with the nearest name, and all of them.
    init(argument word: String) throws {
        guard let profile = ClientProfile(rawValue: word) else { throw ValidationError(Self.unknown(word)) }
        self = profile
    }
}

extension GrantType: ExpressibleByArgument {}
extension ConsentPolicy: ExpressibleByArgument {}
extension ClientSecretPlace: ExpressibleByArgument {}

import ArgumentParser
import AuthCore

struct ClientsCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Register a client.",
        discussion: """
            Prints its id, and its secret once. A redirect URI is compared byte by byte: https; http on 127.0.0.1, [::1] or \
            localhost (any port, for a public client); for an app a scheme with a dot, com.example.app:/callback.
            """)

    @Argument(help: "What users are shown.") var name: String
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

    func run() async throws {
        try await App.use(options) { app, store in
            let registration = ClientRegistration(
                name: name, id: id, kind: isPublic ? .public : .confidential,
                secretPlace: tokenEndpointAuthMethod, redirectURIs: redirectUri,
                postLogoutRedirectURIs: postLogoutRedirectUri, backchannelLogoutURI: backchannelLogoutUri,
                grants: grant, scopes: scope, resources: resource, consent: consent, requirePKCE: requirePkce)
            let (client, secret) = try await CreateClient(store: store, time: app.time, by: app.origin)(registration)
            await app.print(NewClientReport(client, secret: secret), asJSON: json)
        }
    }
}

extension GrantType: ExpressibleByArgument {}
extension ConsentPolicy: ExpressibleByArgument {}
extension ClientSecretPlace: ExpressibleByArgument {}

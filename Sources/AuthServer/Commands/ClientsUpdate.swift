import ArgumentParser
import AuthCore

struct ClientsUpdate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update", abstract: "Change a client that there is.",
        discussion: """
            What is given takes the place of what there was: who adds a redirect URI names the old ones too. Nothing else \
            changes, neither id nor secret. "" takes away: --backchannel-logout-uri "". Every server follows from the next \
            request on; what users gave the client before stays as it was until it ends.
            """)

    @Argument(help: "The client_id, as `clients list` shows it.") var id: String
    @Option(help: "What users are shown.") var name: String?
    @Option(help: "Where users are sent with a code; may be repeated.") var redirectUri: [String] = []
    @Option(help: "Where users are sent after signing out; may be repeated.") var postLogoutRedirectUri: [String] = []
    @Option(help: "Where the client is told that a session ended (back-channel logout): https.")
    var backchannelLogoutUri: String?
    @Option(help: "authorization_code, refresh_token or client_credentials; may be repeated.") var grant: [GrantType] =
        []
    @Option(help: "What it may ask for; may be repeated.") var scope: [String] = []
    @Option(help: "For whom it may ask for tokens, as resources list shows it; may be repeated.")
    var resource: [String] = []
    @Option(help: "implicit, or explicit to ask users.") var consent: ConsentPolicy?
    @Flag(inversion: .prefixedNo, help: "Want PKCE of a confidential client from the first request on.")
    var requirePkce: Bool?
    @Option(help: "client_secret_basic or client_secret_post: its secret is taken there alone; any: in either.")
    var tokenEndpointAuthMethod: ClientSecretPlace?
    @Flag(help: "Print JSON, with the names of RFC 7591.") var json = false
    @OptionGroup var options: SettingOptions

    func validate() throws {
        let lists = [redirectUri, postLogoutRedirectUri, scope, resource]
        guard
            name != nil || backchannelLogoutUri != nil || consent != nil || requirePkce != nil
                || tokenEndpointAuthMethod != nil || !grant.isEmpty || lists.contains(where: { !$0.isEmpty })
        else { throw ValidationError("say what to change: --name, --redirect-uri or another option") }
    }

    func run() async throws {
        try await App.use(options) { app, store in
            var change = ClientChange()
            change.name = name
            change.secretPlace = tokenEndpointAuthMethod
            change.redirectURIs = redirectUri
            change.postLogoutRedirectURIs = postLogoutRedirectUri
            change.backchannelLogoutURI = backchannelLogoutUri
            change.grants = grant
            change.scopes = scope
            change.resources = resource
            change.consent = consent
            change.requirePKCE = requirePkce
            let (old, new) = try await UpdateClient(store: store, time: app.time, by: app.origin)(id, change)
            await app.print(ClientUpdateReport(old, new), asJSON: json)
        }
    }
}

package import AuthCore

extension Finding {
    /// What a client gets for what it asks.
    /// - Parameters:
    ///   - rehearsal: of its login.
    ///   - configuration: what it is configured with.
    package static func requests(
        _ rehearsal: LoginRehearsal, _ configuration: RehearseLogin.Configuration
    ) -> [Finding] {
        let client = rehearsal.client
        var findings = rehearsal.requests.map { request in
            switch request.outcome {
            case .success(let tokens): granted("request", tokens, client, configuration)
            case .failure(let refusal): Finding("request", .wrong, text(refusal, of: request.redirectURI, client))
            }
        }
        switch rehearsal.own {
        case .success(let tokens)?: findings.append(granted("own token", tokens, client, configuration))
        case .failure(let refusal)?:
            findings.append(Finding("own token", .wrong, text(refusal, configuration)))
        case nil: break
        }
        return findings.reduce(into: []) { kept, finding in if !kept.contains(finding) { kept.append(finding) } }
    }

    private static func granted(
        _ subject: String, _ tokens: LoginRehearsal.Tokens, _ client: Client,
        _ configuration: RehearseLogin.Configuration
    ) -> Finding {
        let asked = configuration.scope?.split(separator: " ").map(String.init) ?? []
        let left = asked.filter { !tokens.scopes.map(\.name).contains($0) }
        guard left.isEmpty else {
            return Finding(
                subject, .warning,
                "\(left.joined(separator: " ")) is left out: the client was not registered with it, or for another resource;"
                    + " the rest gives \(text(tokens, client))")
        }
        guard subject != "request" || tokens.identityLifetime != nil else {
            return Finding(
                subject, .warning,
                "without openid there is no ID token, which programs that log their users in want: it gives"
                    + " \(text(tokens, client)); ask for openid too")
        }
        let scope = tokens.scopes.map(\.name).joined(separator: " ")
        return Finding(subject, .ok, "\(scope.isEmpty ? "no scope" : scope): \(text(tokens, client))")
    }

    private static func text(_ tokens: LoginRehearsal.Tokens, _ client: Client) -> String {
        let access =
            "an access token (\(tokens.tokenType.rawValue) for \(tokens.audience.joined(separator: ", ")),"
            + " \(tokens.accessLifetime.settingText))"
        let identity = tokens.identityLifetime.map { ["an ID token (RS256, \($0.settingText))"] } ?? []
        let refresh =
            client.kind == .public ? "refresh tokens, another each time" : "a refresh token, which stays the same"
        let parts = identity + [access] + (tokens.refreshes ? [refresh] : [])
        guard let last = parts.last, parts.count > 1 else { return access }
        return "\(parts.dropLast().joined(separator: ", ")) and \(last)"
    }

    private static func text(_ refusal: AuthorizationRefusal, of uri: String, _ client: Client) -> String {
        switch refusal {
        case .page(.client): "the client is disabled"
        case .page(.noRedirectURI): "there is no redirect URI in it"
        case .page(.redirectURI(let registered)):
            "\(uri) is none of the client's, which are compared byte by byte: configure the program with"
                + " \(registered.map(\.text).joined(separator: " or ")), or create the client again with this one"
        case .redirect(_, let error):
            "the program is told \(error.code.rawValue), \(error.reason): \(remedy(error.code, client))"
        }
    }

    private static func remedy(_ code: AuthorizationError.Code, _ client: Client) -> String {
        switch code {
        case .invalidScope: "it can have \(list(client.scopes.map(\.name)))"
        case .invalidTarget: "it can have \(list(client.resources.map(\.text)))"
        default: "see docs/clients.md for what a client can be registered with"
        }
    }

    private static func text(_ refusal: AccessRefusal, _ configuration: RehearseLogin.Configuration) -> String {
        switch refusal {
        case .invalidScope: "the program is told invalid_scope: it can have none of what it asks for"
        case .invalidTarget:
            "the program is told invalid_target: \(list(configuration.resources)) is no resource of this client"
        }
    }

    private static func list(_ words: [String]) -> String { words.isEmpty ? "none" : words.joined(separator: " ") }

    /// Who could sign in, and who has what the program wants of its users.
    /// - Parameter profile: what the program is; nil where nobody said so.
    package static func users(_ rehearsal: LoginRehearsal, _ profile: ClientProfile?) -> [Finding] {
        let tally = rehearsal.accounts
        guard !rehearsal.requests.isEmpty else { return [] }
        guard tally.enabled > 0 else {
            return [
                Finding(
                    "users", .wrong,
                    tally.all == 0
                        ? "there are none: users create makes one"
                        : "all \(tally.all) are disabled: users enable lets one sign in again")
            ]
        }
        return [standing(tally)] + (email(rehearsal, profile).map { [$0] } ?? [])
    }

    private static func standing(_ tally: AccountTally) -> Finding {
        let disabled = tally.disabled > 0 ? [", \(tally.disabled) disabled"] : []
        guard tally.withTemporaryPassword > 0 else {
            return Finding("users", .ok, "\(tally.enabled) can sign in\(disabled.joined())")
        }
        return Finding(
            "users", .warning,
            "\(tally.withTemporaryPassword) of \(tally.enabled) have to change their password before they can sign in"
                + "\(disabled.joined())")
    }

    private static func email(_ rehearsal: LoginRehearsal, _ profile: ClientProfile?) -> Finding? {
        let (tally, subject) = (rehearsal.accounts, "e-mail")
        let asks = rehearsal.requests.contains { request in
            if case .success(let tokens) = request.outcome { tokens.scopes.contains(.email) } else { false }
        }
        let lack = "\(tally.withoutEmail) of \(tally.enabled) users have no e-mail"
        if let profile, profile.needsEmail {
            guard asks else {
                return Finding(subject, .wrong, "\(profile.title) needs one, and the scope email is not granted")
            }
            guard tally.withoutEmail > 0 else { return Finding(subject, .ok, "every user has one") }
            return Finding(
                subject, tally.withoutEmail == tally.enabled ? .wrong : .warning,
                "\(lack): \(profile.title) turns them away; an account gets one when it is opened, users create --email"
            )
        }
        guard asks else { return nil }
        guard tally.withoutEmail > 0 else { return Finding(subject, .ok, "every user has one") }
        guard profile == nil else { return Finding(subject, .ok, "\(lack), which it does without") }
        return Finding(
            subject, .warning,
            "\(lack): they cannot use a client that demands it, as Grafana and oauth2-proxy do; --like says what this one is"
        )
    }
}

package import AuthCore
import Foundation

extension Finding {
    private static let loopbackHosts = ["localhost", "127.0.0.1", "[::1]", "::1"]

    /// What a client is, before it asks for anything.
    /// - Parameters:
    ///   - rehearsal: of its login.
    ///   - issuer: as the settings have it.
    ///   - outgoing: where the server may tell of ended sessions.
    package static func registration(
        _ rehearsal: LoginRehearsal, issuer: String, outgoing: OutgoingAddresses
    ) -> [Finding] {
        let client = rehearsal.client
        return [state(client), secret(rehearsal)] + redirects(client, issuer) + backchannel(client, outgoing)
            + (client.grants.contains(.authorizationCode) ? [pkce(client), consent(client)] : [])
    }

    /// Whether programs can use the issuer, from where this one is.
    package static func issuer(_ tokens: TokenSettings, for client: Client) -> Finding {
        if let obstacle = tokens.oauthObstacle {
            return Finding(
                "issuer", .wrong,
                "\(tokens.issuer): OAuth is off, because \(obstacle): set JWKS_ISSUER to the https URL that browsers and"
                    + " programs use, without a slash at its end")
        }
        let elsewhere = client.redirectURIs.map(\.text).compactMap(host).first { !loopbackHosts.contains($0) }
        guard let host = host(tokens.issuer), loopbackHosts.contains(host), let elsewhere else {
            return Finding("issuer", .ok, tokens.issuer)
        }
        return Finding(
            "issuer", .wrong,
            "\(tokens.issuer) is of this machine alone, and the program is at \(elsewhere): set JWKS_ISSUER to the URL that"
                + " others use")
    }

    private static func state(_ client: Client) -> Finding {
        if let since = client.disabledAt {
            return Finding(
                "client", .wrong,
                "\(client.name.text) is disabled since \(utcText(since)) UTC: clients enable \(client.id.text) lets it begin"
                    + " anew")
        }
        let grants = client.grants.map(\.rawValue).joined(separator: " ")
        return Finding("client", .ok, "\(client.name.text), \(client.kind.rawValue), with \(grants)")
    }

    private static func secret(_ rehearsal: LoginRehearsal) -> Finding {
        let (client, subject) = (rehearsal.client, "secret")
        let remedy = "clients rotate-secret \(client.id.text) makes another"
        guard client.kind == .confidential else {
            guard rehearsal.isSecretRight == nil else {
                return Finding(subject, .wrong, "a public client has none: take it out of the program's configuration")
            }
            return Finding(subject, .ok, "it is public and has none")
        }
        guard !rehearsal.secrets.isEmpty else { return Finding(subject, .wrong, "none is valid: \(remedy)") }
        if rehearsal.isSecretRight == false {
            return Finding(subject, .wrong, "the one on standard input is not valid: \(remedy)")
        }
        if let end = rehearsal.secrets.compactMap(\.expiresAt).max() {
            return Finding(
                subject, .ok,
                "two are valid, the older until \(utcText(end)) UTC: the program needs the newer one by then")
        }
        return Finding(
            subject, .ok, rehearsal.isSecretRight == nil ? "one is valid" : "the one on standard input is valid")
    }

    private static func redirects(_ client: Client, _ issuer: String) -> [Finding] {
        let named =
            client.redirectURIs.map { ("redirect URI", $0.text) }
            + client.postLogoutRedirectURIs.map { ("after signing out", $0.text) }
        return named.map { subject, uri in redirect(subject, uri, client, issuer) }
    }

    private static func redirect(_ subject: String, _ uri: String, _ client: Client, _ issuer: String) -> Finding {
        let checked: RedirectURI
        do { checked = try RedirectURI(uri, for: client.kind) } catch {
            return Finding(
                subject, .wrong,
                "\(uri): \(error); delete the client and create it again with --id \(client.id.text)")
        }
        let (own, theirs) = (host(issuer), host(uri))
        // A program on the machine of the issuer is one that is tried out.
        if client.kind == .confidential, checked.isLoopback, !loopbackHosts.contains(own ?? "") {
            return Finding(
                subject, .warning,
                "\(uri) is on whatever machine the browser runs on: for a program that others use register its https"
                    + " address, for one on its user's own machine use --public")
        }
        guard own == nil || own != theirs else {
            return Finding(
                subject, .warning,
                "\(uri) has the issuer's host: cookies know no ports, so that program is sent the issuer's; give it a host"
                    + " of its own")
        }
        return Finding(subject, .ok, uri)
    }

    private static func backchannel(_ client: Client, _ outgoing: OutgoingAddresses) -> [Finding] {
        guard let uri = client.backchannelLogoutURI else { return [] }
        let subject = "back channel"
        do { _ = try BackchannelLogoutURI(uri.text) } catch {
            return [
                Finding(
                    subject, .wrong,
                    "\(uri.text): \(error); delete the client and create it again with --id \(client.id.text)")
            ]
        }
        let name = host(uri.text) ?? ""
        let literal =
            loopbackHosts.contains(name) && !name.contains(":") ? "127.0.0.1" : name.filter { !"[]".contains($0) }
        if let address = IPAddress(literal), !outgoing.allows(address) {
            return [
                Finding(
                    subject, .warning,
                    "\(uri.text) is not on the public Internet, where the server tells nobody anything: name \(literal) in"
                        + " JWKS_BACKCHANNEL_ALLOW_PRIVATE")
            ]
        }
        guard client.redirectURIs.contains(where: { host($0.text) == host(uri.text) }) else {
            return [
                Finding(
                    subject, .warning,
                    "\(uri.text) is on another host than its redirect URIs: see that it is this program that hears there"
                        + " whose session ended")
            ]
        }
        return [Finding(subject, .ok, uri.text)]
    }

    private static func pkce(_ client: Client) -> Finding {
        let text =
            if client.kind == .public { "required, as of every public client" } else if let seen = client.pkceSeenAt {
                "required since it was used, \(utcText(seen)) UTC: without it the program is refused"
            } else if client.requirePKCE {
                "required from the first request on"
            } else {
                "taken, and required once it was used"
            }
        return Finding("PKCE", .ok, text)
    }

    private static func consent(_ client: Client) -> Finding {
        switch client.consent {
        case .implicit: Finding("consent", .ok, "users are not asked")
        case .explicit: Finding("consent", .ok, "users are asked: who is not has prompt=none refused")
        }
    }

    /// Of a URL, in lower case.
    private static func host(_ url: String) -> String? { URLComponents(string: url)?.host?.lowercased() }
}

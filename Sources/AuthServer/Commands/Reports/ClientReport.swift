package import AuthCore

/// What `clients show`, `disable`, `enable` and `delete` answer.
package struct ClientReport: CommandReport {
    private let client: Client
    private let secrets: [ClientSecretRecord]?
    private let did: String?

    /// - Parameters:
    ///   - client: after what was done; before it, where it is deleted.
    ///   - secrets: those that are valid, oldest first; nil where they were not looked at.
    ///   - did: what became of the client, as the end of a sentence; nil where nothing was to be done.
    package init(_ client: Client, secrets: [ClientSecretRecord]? = nil, did: String? = nil) {
        self.client = client
        self.secrets = secrets
        self.did = did
    }

    /// What was done, or everything that there is to see.
    package var lines: [String] {
        let name = client.name.text.escapingControlCharacters()
        if let did { return ["client \(client.id.text), \(name), \(did)"] }
        var rows = [["id", client.id.text], ["name", name], ["kind", client.kind.rawValue]]
        if client.secretPlace != .any { rows.append(["secret in", client.secretPlace.rawValue + " alone"]) }
        rows += Self.rows("redirect URIs", client.redirectURIs.map(\.text))
        rows += Self.rows("after signing out", client.postLogoutRedirectURIs.map(\.text))
        rows += [["logout tokens to", client.backchannelLogoutURI?.text ?? "-"]]
        rows += [
            ["grants", Self.text(client.grants.map(\.rawValue))], ["scopes", Self.text(client.scopes.map(\.name))],
        ]
        rows += Self.rows("resources", client.resources.map(\.text))
        rows += [["consent", client.consent.rawValue]]
        rows += [["PKCE", client.needsPKCE ? "required" : "required once it was used"]]
        rows += Self.rows("secrets", (secrets ?? []).map(Self.text))
        rows += [
            ["registered", "\(utcText(client.createdAt)) UTC"],
            ["disabled", client.disabledAt.map { "\(utcText($0)) UTC" } ?? "-"],
        ]
        return alignedLines(rows)
    }

    /// The client, `secrets` where they were looked at, and what was done as `result`.
    package var json: [(name: String, value: JSONValue)] {
        let kept = secrets.map { [("secrets", JSONValue.array($0.map { .object($0.members) }))] } ?? []
        return client.members + kept + (did.map { [("result", .string($0))] } ?? [])
    }

    private static func rows(_ name: String, _ values: [String]) -> [[String]] {
        guard let first = values.first else { return [[name, "-"]] }
        return [[name, first]] + values.dropFirst().map { ["", $0] }
    }

    private static func text(_ words: [String]) -> String { words.isEmpty ? "-" : words.joined(separator: " ") }

    private static func text(_ secret: ClientSecretRecord) -> String {
        "made \(utcText(secret.createdAt)) UTC" + (secret.expiresAt.map { ", ends \(utcText($0)) UTC" } ?? "")
    }
}

extension ClientSecretRecord {
    /// When it was made and when it ends, null for the one that was made last.
    var members: [(name: String, value: JSONValue)] {
        [("created_at", .moment(createdAt)), ("expires_at", .moment(expiresAt))]
    }
}

extension Client {
    /// As every command has it in JSON: the members of RFC 7591 §2 and §3.2.1 first, then ours.
    var members: [(name: String, value: JSONValue)] {
        let responseTypes = grants.contains(.authorizationCode) ? ["code"] : []
        return [
            ("client_id", .string(id.text)), ("client_id_issued_at", .integer(createdAt.seconds)),
            ("client_name", .string(name.text)), ("redirect_uris", .array(redirectURIs.map { .string($0.text) })),
            ("post_logout_redirect_uris", .array(postLogoutRedirectURIs.map { .string($0.text) })),
            ("backchannel_logout_uri", backchannelLogoutURI.map { .string($0.text) } ?? .null),
            ("grant_types", .array(grants.map { .string($0.rawValue) })),
            ("response_types", .array(responseTypes.map { .string($0) })),
            ("token_endpoint_auth_method", .string(tokenEndpointAuthMethod)),
            ("scope", .string(scopes.map(\.name).joined(separator: " "))),
            ("resources", .array(resources.map { .string($0.text) })), ("consent", .string(consent.rawValue)),
            ("require_pkce", .boolean(needsPKCE)), ("disabled_at", .moment(disabledAt)),
        ]
    }
}

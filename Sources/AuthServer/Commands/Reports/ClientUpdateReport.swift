package import AuthCore

/// What `clients update` answers.
package struct ClientUpdateReport: CommandReport {
    private let old: Client
    private let new: Client

    /// - Parameters:
    ///   - old: the client before.
    ///   - new: and after.
    package init(_ old: Client, _ new: Client) {
        self.old = old
        self.new = new
    }

    /// What changed, as it was and as it is.
    package var lines: [String] {
        let name = new.name.text.escapingControlCharacters()
        let changes = Self.changes(old, new)
        return ["client \(new.id.text), \(name), \(changes.isEmpty ? "was so before" : "is changed")"]
            + alignedLines(
                changes.flatMap { change in
                    [
                        ["  " + change.name, "was", change.old.escapingControlCharacters()],
                        ["", "is", change.new.escapingControlCharacters()],
                    ]
                })
    }

    /// The client as it is now, and which members changed: `{…,"changed":["redirect_uris"]}`.
    package var json: [(name: String, value: JSONValue)] {
        new.members + [("changed", .array(Self.changes(old, new).map { .string($0.member) }))]
    }

    private static func changes(
        _ old: Client, _ new: Client
    ) -> [(name: String, member: String, old: String, new: String)] {
        func list(_ words: [String]) -> String { words.isEmpty ? "-" : words.joined(separator: " ") }
        let read: [(name: String, member: String, text: (Client) -> String)] = [
            ("name", "client_name", \.name.text),
            ("secret in", "token_endpoint_auth_method", \.secretPlace.rawValue),
            ("redirect URIs", "redirect_uris", { list($0.redirectURIs.map(\.text)) }),
            ("after signing out", "post_logout_redirect_uris", { list($0.postLogoutRedirectURIs.map(\.text)) }),
            ("logout tokens to", "backchannel_logout_uri", { $0.backchannelLogoutURI?.text ?? "-" }),
            ("grants", "grant_types", { list($0.grants.map(\.rawValue)) }),
            ("scopes", "scope", { list($0.scopes.map(\.name)) }),
            ("resources", "resources", { list($0.resources.map(\.text)) }),
            ("consent", "consent", \.consent.rawValue),
            ("PKCE", "require_pkce", { $0.requirePKCE ? "required" : "required once it was used" }),
        ]
        return read.compactMap { field in
            let (before, after) = (field.text(old), field.text(new))
            return before == after ? nil : (field.name, field.member, before, after)
        }
    }
}

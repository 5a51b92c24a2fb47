import AuthCore

extension SQLStatement {
    private static let clientColumns: @Sendable (Dialect) -> String = { dialect in
        """
        SELECT id, name, kind, redirect_uris, post_logout_uris, grants, scopes, consent, require_pkce, pkce_seen_at,
            created_at, disabled_at, secret_place, \(resources(dialect)), backchannel_logout_uri
        """
    }
    private static let resources: @Sendable (Dialect) -> String = { dialect in
        "(SELECT \(dialect.joinTexts)(resource, ' ') FROM client_resources WHERE client_id = clients.id)"
    }
    private static let clientsAndSecrets =
        """
        clients LEFT JOIN (SELECT client_id, hash, created_at AS begins_at, expires_at AS ends_at
            FROM client_secrets) AS secrets ON secrets.client_id = clients.id
        """
    fileprivate static let selectClient = SQLStatement { dialect in
        "\(clientColumns(dialect)) FROM clients WHERE id = ?"
    }
    fileprivate static let selectClients = SQLStatement { dialect in
        "\(clientColumns(dialect)) FROM clients WHERE id > ? ORDER BY id LIMIT ?"
    }
    fileprivate static let selectClientAndSecrets = SQLStatement { dialect in
        """
        \(clientColumns(dialect)), hash, begins_at, ends_at
        FROM \(clientsAndSecrets)
        WHERE id = ?
        """
    }
    fileprivate static let selectClientProof = SQLStatement { dialect in
        """
        SELECT id, kind, secret_place, disabled_at, \(resources(dialect)), hash, begins_at, ends_at
        FROM \(clientsAndSecrets)
        WHERE id = ?
        """
    }
    fileprivate static let insertClient = SQLStatement(
        """
        INSERT INTO clients (id, name, kind, redirect_uris, post_logout_uris, grants, scopes, consent, require_pkce,
            pkce_seen_at, created_at, disabled_at, secret_place, backchannel_logout_uri)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """)
    fileprivate static let insertClientResource = SQLStatement(
        """
        INSERT INTO client_resources (client_id, resource)
        SELECT id, uri FROM clients, resources WHERE id = ? AND uri = ?
        """)
    private static let registered = [
        "name", "redirect_uris", "post_logout_uris", "grants", "scopes", "consent", "require_pkce", "secret_place",
        "backchannel_logout_uri",
    ]
    fileprivate static let replaceClient = SQLStatement(
        """
        UPDATE clients SET \(registered.map { "\($0) = ?" }.joined(separator: ", "))
        WHERE id = ? AND \(registered.dropLast().map { "\($0) = ?" }.joined(separator: " AND "))
            AND coalesce(backchannel_logout_uri, '') = ?
        """)
    fileprivate static let deleteClientResources = SQLStatement("DELETE FROM client_resources WHERE client_id = ?")
    fileprivate static let replaceScopes = SQLStatement("UPDATE clients SET scopes = ? WHERE id = ? AND scopes = ?")
    fileprivate static let notePKCE = SQLStatement(
        "UPDATE clients SET pkce_seen_at = ? WHERE id = ? AND pkce_seen_at IS NULL")
    fileprivate static let disableClient = SQLStatement(
        "UPDATE clients SET disabled_at = ? WHERE id = ? AND disabled_at IS NULL")
    fileprivate static let enableClient = SQLStatement(
        "UPDATE clients SET disabled_at = NULL WHERE id = ? AND disabled_at IS NOT NULL")
    fileprivate static let deleteClient = SQLStatement("DELETE FROM clients WHERE id = ?")
}

extension SQLTransaction: ClientWrites {
    func client(_ id: ClientID) throws -> Client? {
        try driver.fetch(.selectClient, .text(id.text)).first.map { row in try client(row) }
    }

    func clientAndSecrets(_ id: ClientID) throws -> (client: Client, secrets: [ClientSecretRecord])? {
        let rows = try driver.fetch(.selectClientAndSecrets, .text(id.text))
        guard let first = rows.first else { return nil }
        return (try client(first), try secrets(rows, from: 15))
    }

    func proof(of client: ClientID) throws -> ClientProof? {
        let rows = try driver.fetch(.selectClientProof, .text(client.text))
        guard let first = rows.first else { return nil }
        return ClientProof(
            id: client, kind: try first.word(1, "clients.kind"), secretPlace: try first.word(2, "clients.secret_place"),
            disabledAt: try first.optionalMoment(3, "clients.disabled_at"), resources: try resources(first, 4),
            secrets: try secrets(rows, from: 5))
    }

    /// Of a client's rows, of which there is one where it has no secret.
    private func secrets(_ rows: [SQLRow], from index: Int) throws -> [ClientSecretRecord] {
        rows.first?.isNull(index) ?? true ? [] : try rows.map { row in try secret(row, from: index) }
    }

    private func resources(_ row: SQLRow, _ index: Int) throws -> [ResourceURI] {
        try row.isNull(index)
            ? [] : row.list(index, "client_resources.resource").sorted().map(ResourceURI.init(stored:))
    }

    func clients(after id: ClientID?, limit: Int) throws -> [Client] {
        try driver.fetch(.selectClients, .text(id?.text ?? ""), .integer(Int64(limit))).map { row in try client(row) }
    }

    func insert(_ client: Client, secret: ClientSecretDigest?) throws -> Bool {
        let isNew =
            try driver.change(
                .insertClient, .text(client.id.text), .text(client.name.text), .text(client.kind.rawValue),
                .list(client.redirectURIs.map(\.text)), .list(client.postLogoutRedirectURIs.map(\.text)),
                .list(client.grants.map(\.rawValue)), .list(client.scopes.map(\.name)),
                .text(client.consent.rawValue), .integer(client.requirePKCE ? 1 : 0), .optional(client.pkceSeenAt),
                .milliseconds(client.createdAt), .optional(client.disabledAt), .text(client.secretPlace.rawValue),
                .optional(client.backchannelLogoutURI?.text)) == 1
        guard isNew else { return false }
        try insertResources(of: client)
        guard let secret else { return true }
        return try insertSecret(secret, of: client.id, at: client.createdAt)
    }

    private func insertResources(of client: Client) throws {
        for resource in client.resources {
            try driver.run(.insertClientResource, .text(client.id.text), .text(resource.text))
        }
    }

    func replace(_ old: Client, with new: Client) throws -> Bool {
        let logout = SQLValue.text(old.backchannelLogoutURI?.text ?? "")
        let values = registered(new) + [.optional(new.backchannelLogoutURI?.text), .text(old.id.text)]
        guard try driver.change(.replaceClient, values: values + registered(old) + [logout]) == 1 else { return false }
        // The row is ours until the end: who changed the resources alone has done so before, or waits.
        guard try client(old.id)?.resources == old.resources else { return false }
        guard new.resources != old.resources else { return true }
        try driver.run(.deleteClientResources, .text(old.id.text))
        try insertResources(of: new)
        return true
    }

    /// What can be changed of it, but for what may be NULL, in the order of the statement.
    private func registered(_ client: Client) -> [SQLValue] {
        [
            .text(client.name.text), .list(client.redirectURIs.map(\.text)),
            .list(client.postLogoutRedirectURIs.map(\.text)), .list(client.grants.map(\.rawValue)),
            .list(client.scopes.map(\.name)), .text(client.consent.rawValue), .integer(client.requirePKCE ? 1 : 0),
            .text(client.secretPlace.rawValue),
        ]
    }

    func replaceScopes(of client: ClientID, from old: [Scope], to new: [Scope]) throws -> Bool {
        try driver.change(
            .replaceScopes, .list(new.map(\.name)), .text(client.text), .list(old.map(\.name))) == 1
    }

    func notePKCE(of client: ClientID, at moment: Timestamp) throws -> Bool {
        try driver.change(.notePKCE, .milliseconds(moment), .text(client.text)) == 1
    }

    func disable(_ client: ClientID, at moment: Timestamp) throws -> Bool {
        try driver.change(.disableClient, .milliseconds(moment), .text(client.text)) == 1
    }

    func enable(_ client: ClientID) throws -> Bool { try driver.change(.enableClient, .text(client.text)) == 1 }

    func deleteClient(_ client: ClientID) throws -> Bool {
        try driver.change(.deleteClient, .text(client.text)) == 1
    }

    private func client(_ row: SQLRow) throws -> Client {
        guard let id = ClientID(try row.text(0, "clients.id")) else {
            throw row.damaged("clients.id", "this is no id of a client")
        }
        return Client(
            id: id, name: ClientName(stored: try row.text(1, "clients.name")), kind: try row.word(2, "clients.kind"),
            secretPlace: try row.word(12, "clients.secret_place"),
            redirectURIs: try row.list(3, "clients.redirect_uris").map(RedirectURI.init(stored:)),
            postLogoutRedirectURIs: try row.list(4, "clients.post_logout_uris").map(RedirectURI.init(stored:)),
            backchannelLogoutURI: try row.isNull(14)
                ? nil : BackchannelLogoutURI(stored: row.text(14, "clients.backchannel_logout_uri")),
            grants: try row.words(5, "clients.grants"),
            scopes: try row.list(6, "clients.scopes").map(Scope.init(stored:)),
            resources: try resources(row, 13),
            consent: try row.word(7, "clients.consent"),
            requirePKCE: try row.integer(8, "clients.require_pkce") != 0,
            pkceSeenAt: try row.optionalMoment(9, "clients.pkce_seen_at"),
            createdAt: try row.moment(10, "clients.created_at"),
            disabledAt: try row.optionalMoment(11, "clients.disabled_at"))
    }
}

import AuthCore

extension SQLStatement {
    fileprivate static let selectConsents = SQLStatement(
        """
        SELECT user_id, client_id, resource, scopes, given_at FROM consents WHERE user_id = ?
        ORDER BY given_at, client_id, resource
        """)
    /// One scope: it is put behind those that are there, unless it is among them. Lists have a space between what is in
    /// them, and no scope has one in it.
    fileprivate static let addConsent = SQLStatement(
        """
        INSERT INTO consents (user_id, client_id, resource, scopes, given_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (user_id, client_id, resource) DO UPDATE
        SET scopes = trim(consents.scopes || ' ' || excluded.scopes)
        WHERE replace(' ' || consents.scopes || ' ', ' ' || excluded.scopes || ' ', '') = ' ' || consents.scopes || ' '
        """)
    fileprivate static let forgetConsents = SQLStatement("DELETE FROM consents WHERE user_id = ? AND client_id = ?")
    static let forgetConsentsOfResource = SQLStatement("DELETE FROM consents WHERE resource = ?")
    fileprivate static let forgetAllConsents = SQLStatement("DELETE FROM consents")
}

extension SQLTransaction: ConsentWrites {
    func consents(of user: UserID) throws -> [Consent] {
        try driver.fetch(.selectConsents, .integer(user)).map { row in
            guard let client = ClientID(try row.text(1, "consents.client_id")) else {
                throw row.damaged("consents.client_id", "it is no client's")
            }
            let resource = try row.text(2, "consents.resource")
            return Consent(
                user: try row.integer(0, "consents.user_id"), client: client,
                resource: resource.isEmpty ? nil : ResourceURI(stored: resource),
                scopes: try row.list(3, "consents.scopes").map(Scope.init(stored:)),
                givenAt: try row.moment(4, "consents.given_at"))
        }
    }

    func add(_ consent: Consent) throws {
        for scope in consent.scopes.isEmpty ? [""] : consent.scopes.map(\.name) {
            try driver.run(
                .addConsent, .integer(consent.user), .text(consent.client.text), .text(consent.resource?.text ?? ""),
                .text(scope), .milliseconds(consent.givenAt))
        }
    }

    func forgetConsents(of user: UserID, to client: ClientID) throws -> Bool {
        try driver.change(.forgetConsents, .integer(user), .text(client.text)) > 0
    }

    func forgetAllConsents() throws { try driver.run(.forgetAllConsents) }
}

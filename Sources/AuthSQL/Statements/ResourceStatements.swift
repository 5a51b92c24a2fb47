import AuthCore

extension SQLStatement {
    private static let resourceColumns = "SELECT uri, scopes, token_typ, lifetime, created_at FROM resources"
    fileprivate static let selectResource = SQLStatement("\(resourceColumns) WHERE uri = ?")
    fileprivate static let selectResources = SQLStatement("\(resourceColumns) ORDER BY uri")
    fileprivate static let selectClientsOfResource = SQLStatement(
        "SELECT client_id FROM client_resources WHERE resource = ? ORDER BY client_id")
    fileprivate static let insertResource = SQLStatement(
        """
        INSERT INTO resources (uri, scopes, token_typ, lifetime, created_at) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO NOTHING
        """)
    fileprivate static let deleteResource = SQLStatement("DELETE FROM resources WHERE uri = ?")
}

extension SQLTransaction: ResourceWrites {
    func resource(_ uri: ResourceURI) throws -> Resource? {
        try driver.fetch(.selectResource, .text(uri.text)).first.map { row in try resource(row) }
    }

    func resources() throws -> [Resource] {
        try driver.fetch(.selectResources, values: []).map { row in try resource(row) }
    }

    func clients(of resource: ResourceURI) throws -> [ClientID] {
        try driver.fetch(.selectClientsOfResource, .text(resource.text)).map { row in
            guard let id = ClientID(try row.text(0, "client_resources.client_id")) else {
                throw row.damaged("client_resources.client_id", "this is no id of a client")
            }
            return id
        }
    }

    func insert(_ resource: Resource) throws -> Bool {
        try driver.change(
            .insertResource, .text(resource.uri.text), .list(resource.scopes.map(\.name)),
            .text(resource.tokenType.rawValue), .optional(resource.lifetime?.secondsRoundedUp),
            .milliseconds(resource.createdAt)) == 1
    }

    func deleteResource(_ uri: ResourceURI) throws -> Bool {
        try driver.run(.forgetConsentsOfResource, .text(uri.text))
        return try driver.change(.deleteResource, .text(uri.text)) == 1
    }

    private func resource(_ row: SQLRow) throws -> Resource {
        let longest = Resource.longestLifetime.secondsRoundedUp
        return Resource(
            uri: ResourceURI(stored: try row.text(0, "resources.uri")),
            scopes: try row.list(1, "resources.scopes").map(Scope.init(stored:)),
            tokenType: try row.word(2, "resources.token_typ"),
            lifetime: row.isNull(3) ? nil : .seconds(try row.integer(3, "resources.lifetime", in: 1...longest)),
            createdAt: try row.moment(4, "resources.created_at"))
    }
}

/// Who may ask for tokens, and for whom they are meant.
extension SchemaMigration {
    /// Lists are texts with a space between what is in them: URIs, grants and scopes hold none. Moments are milliseconds
    /// since 1970, `lifetime` is seconds. Of a client's secrets one is the current, without an end, and at most one is
    /// ending.
    static let clients = SchemaMigration(
        "10 clients and resources",
        sqlite: """
            CREATE TABLE clients(
                id TEXT PRIMARY KEY NOT NULL,
                name TEXT NOT NULL,
                kind TEXT NOT NULL,
                redirect_uris TEXT NOT NULL,
                post_logout_uris TEXT NOT NULL,
                grants TEXT NOT NULL,
                scopes TEXT NOT NULL,
                consent TEXT NOT NULL,
                require_pkce INTEGER NOT NULL,
                pkce_seen_at INTEGER,
                created_at INTEGER NOT NULL,
                disabled_at INTEGER
            );
            CREATE TABLE client_secrets(
                client_id TEXT NOT NULL REFERENCES clients(id) ON DELETE CASCADE,
                hash BLOB NOT NULL,
                created_at INTEGER NOT NULL,
                expires_at INTEGER,
                PRIMARY KEY(client_id, hash)
            );
            CREATE UNIQUE INDEX client_secrets_one_current ON client_secrets(client_id) WHERE expires_at IS NULL;
            CREATE UNIQUE INDEX client_secrets_one_ending ON client_secrets(client_id) WHERE expires_at IS NOT NULL;
            CREATE TABLE resources(
                uri TEXT PRIMARY KEY NOT NULL,
                scopes TEXT NOT NULL,
                token_typ TEXT NOT NULL,
                lifetime INTEGER,
                created_at INTEGER NOT NULL
            );
            CREATE TABLE client_resources(
                client_id TEXT NOT NULL REFERENCES clients(id) ON DELETE CASCADE,
                resource TEXT NOT NULL REFERENCES resources(uri) ON DELETE CASCADE,
                PRIMARY KEY(client_id, resource)
            );
            CREATE INDEX client_resources_resource ON client_resources(resource);
            """,
        postgres: """
            CREATE TABLE clients (
                id text COLLATE "C" PRIMARY KEY,
                name text NOT NULL,
                kind text NOT NULL,
                redirect_uris text NOT NULL,
                post_logout_uris text NOT NULL,
                grants text NOT NULL,
                scopes text NOT NULL,
                consent text NOT NULL,
                require_pkce bigint NOT NULL,
                pkce_seen_at bigint,
                created_at bigint NOT NULL,
                disabled_at bigint
            );
            CREATE TABLE client_secrets (
                client_id text COLLATE "C" REFERENCES clients(id) ON DELETE CASCADE,
                hash bytea,
                created_at bigint NOT NULL,
                expires_at bigint,
                PRIMARY KEY (client_id, hash)
            );
            CREATE UNIQUE INDEX client_secrets_one_current ON client_secrets (client_id) WHERE expires_at IS NULL;
            CREATE UNIQUE INDEX client_secrets_one_ending ON client_secrets (client_id) WHERE expires_at IS NOT NULL;
            CREATE TABLE resources (
                uri text COLLATE "C" PRIMARY KEY,
                scopes text NOT NULL,
                token_typ text NOT NULL,
                lifetime bigint,
                created_at bigint NOT NULL
            );
            CREATE TABLE client_resources (
                client_id text COLLATE "C" REFERENCES clients(id) ON DELETE CASCADE,
                resource text COLLATE "C" REFERENCES resources(uri) ON DELETE CASCADE,
                PRIMARY KEY (client_id, resource)
            );
            CREATE INDEX client_resources_resource ON client_resources (resource);
            """)
}

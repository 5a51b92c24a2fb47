/// Every statement that the server has; prepared once on each connection.
enum Statement: String, CaseIterable {
    case begin, beginSnapshot, commit, rollback, ping
    case findUser, insertUser, recordLogin, replacePasswordHash, appendLog, countLogins
    case lockKeys, lockKeyStates, selectKeys, nextKeyID, insertKey, noteKeyID, updateKey, deleteKey
    case writeKeyState, deleteKeyState, reserveSigning
    case selectKeyEncryptionKeys, insertKeyEncryptionKey, deleteKeyEncryptionKey
    case selectReadiness, deleteReadiness, insertReadiness
    case admit

    /// One number for everything of ours that must happen one after another in a database: deciders and migrations.
    static let advisoryLock: Int64 = 0x6A77_6B73

    var sql: String {
        switch self {
        // At READ COMMITTED each statement sees what is committed by then; conditions and constraints do the rest.
        case .begin: "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
        case .beginSnapshot: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
        case .commit: "COMMIT"
        case .rollback: "ROLLBACK"
        case .ping: "SELECT 1"
        case .findUser: "SELECT id, username, password_hash FROM users WHERE username = $1"
        case .insertUser:
            "INSERT INTO users (username, password_hash, email, date_registered) VALUES ($1, $2, $3, $4)"
        case .recordLogin: "UPDATE users SET last_login = $2 WHERE id = $1"
        case .replacePasswordHash: "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2"
        case .appendLog: "INSERT INTO auth_logs (request_ip, request_timestamp, user_id) VALUES ($1, $2, $3)"
        case .countLogins:
            """
            SELECT count(*) FROM auth_logs WHERE user_id IS NOT NULL
            AND request_timestamp >= $1 AND request_timestamp < $2::timestamptz + interval '1 second'
            """
        case .lockKeys: "SELECT pg_advisory_xact_lock($1)"
        case .lockKeyStates: "SELECT kid FROM key_states ORDER BY kid FOR UPDATE"
        case .selectKeys:
            """
            SELECT kid, key, exp, state, published_at, activates_at, retired_at, signed_until
            FROM keys LEFT JOIN key_states USING (kid) ORDER BY kid
            """
        case .nextKeyID:
            """
            SELECT greatest((SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END FROM keys_kid_seq),
                (SELECT coalesce(max(kid), 0) FROM keys)) + 1
            """
        case .insertKey: "INSERT INTO keys (kid, key, exp) VALUES ($1, $2, $3)"
        // A kid that is given by hand counts as used: after it the sequence goes on.
        case .noteKeyID: "SELECT setval('keys_kid_seq', greatest($1, last_value)) FROM keys_kid_seq"
        case .updateKey: "UPDATE keys SET key = $2, exp = $3 WHERE kid = $1"
        case .deleteKey: "DELETE FROM keys WHERE kid = $1"
        case .writeKeyState:
            """
            INSERT INTO key_states (kid, state, published_at, activates_at, retired_at, signed_until)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (kid) DO UPDATE SET state = excluded.state, published_at = excluded.published_at,
                activates_at = excluded.activates_at, retired_at = excluded.retired_at,
                signed_until = excluded.signed_until
            """
        case .deleteKeyState: "DELETE FROM key_states WHERE kid = $1"
        // Waits for a decider that holds the row, and then looks at the state again: a retired key promises nothing.
        case .reserveSigning:
            """
            WITH promised AS (
                UPDATE key_states SET signed_until = greatest(signed_until, $2) WHERE kid = $1 AND state = 'active'
                RETURNING kid)
            UPDATE keys SET exp = greatest(exp, $3) FROM promised WHERE keys.kid = promised.kid
            """
        case .selectKeyEncryptionKeys:
            """
            SELECT id, salt, memory_kib, passes, check_value, created_at, handover
            FROM key_encryption_keys ORDER BY created_at, position
            """
        case .insertKeyEncryptionKey:
            """
            INSERT INTO key_encryption_keys (id, salt, memory_kib, passes, check_value, created_at, handover)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """
        case .deleteKeyEncryptionKey: "DELETE FROM key_encryption_keys WHERE id = $1"
        case .selectReadiness: "SELECT kid, known, aware FROM verifier_readiness ORDER BY kid DESC LIMIT 1"
        case .deleteReadiness: "DELETE FROM verifier_readiness WHERE kid <> $1"
        case .insertReadiness:
            """
            INSERT INTO verifier_readiness (kid, known, aware) VALUES ($1, $2, $3)
            ON CONFLICT (kid) DO UPDATE SET known = excluded.known, aware = excluded.aware
            """
        case .admit: "SELECT jwks_admit($1, $2, $3, $4)"
        }
    }
}

/// A statement on its way, with its parameters.
struct Query {
    enum Text {
        case prepared(Statement)
        case plain(String)
    }

    let text: Text
    let values: [Parameter]

    init(_ statement: Statement, _ values: [Parameter] = []) {
        text = .prepared(statement)
        self.values = values
    }

    /// For the few that run once in the life of a connection.
    init(plain sql: String, _ values: [Parameter] = []) {
        text = .plain(sql)
        self.values = values
    }
}

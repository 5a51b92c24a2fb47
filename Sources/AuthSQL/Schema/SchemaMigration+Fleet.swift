/// What only a database that several servers share has.
extension SchemaMigration {
    /// A login that reserves a signature sets `signed_until` and `exp` alone: it announces nothing. Nor does a node that
    /// records what it knows of the propagation of a key.
    static let notifications = SchemaMigration(
        "3 changes of keys are announced",
        sqlite: nil,
        postgres: """
            CREATE FUNCTION jwks_announce() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM pg_notify('jwks_keys', '');
                RETURN NULL;
            END $$;
            CREATE TRIGGER jwks_announce AFTER INSERT OR DELETE OR UPDATE OF key ON keys
                FOR EACH STATEMENT EXECUTE FUNCTION jwks_announce();
            CREATE TRIGGER jwks_announce
                AFTER INSERT OR DELETE OR UPDATE OF state, published_at, activates_at, retired_at ON key_states
                FOR EACH STATEMENT EXECUTE FUNCTION jwks_announce();
            CREATE TRIGGER jwks_announce AFTER INSERT OR DELETE OR UPDATE ON key_encryption_keys
                FOR EACH STATEMENT EXECUTE FUNCTION jwks_announce();
            """)

    /// `hits` holds the admitted moments of the last window, in microseconds since 1970 by the database's clock, which
    /// is read once, when the row is locked: the moment that decides is the moment that is kept. Moments to come (the
    /// clock was set back) count as now, so that nobody waits longer than a window. A plan made while the table was empty
    /// would read it row by row in the storm that follows, for as long as the connection lives: hence the setting.
    static let rateLimits = SchemaMigration(
        "4 rate limits of a fleet",
        sqlite: nil,
        postgres: """
            CREATE UNLOGGED TABLE rate_limits (
                name text COLLATE "C",
                client text COLLATE "C",
                hits bigint[] NOT NULL,
                ends_at bigint NOT NULL,
                PRIMARY KEY (name, client)
            ) WITH (fillfactor = 50);
            CREATE FUNCTION jwks_admit(of_name text, of_client text, at_most bigint, span bigint) RETURNS bigint
            LANGUAGE plpgsql SET enable_seqscan = off AS $$
            DECLARE
                moment bigint;
                taken bigint[];
            BEGIN
                LOOP
                    SELECT hits INTO taken FROM rate_limits WHERE name = of_name AND client = of_client FOR UPDATE;
                    EXIT WHEN FOUND;
                    INSERT INTO rate_limits VALUES (of_name, of_client, '{}', 0) ON CONFLICT DO NOTHING;
                END LOOP;
                moment := extract(epoch FROM clock_timestamp()) * 1000000;
                taken := ARRAY(SELECT least(hit, moment) FROM unnest(taken) AS hit WHERE hit > moment - span ORDER BY 1);
                IF cardinality(taken) >= at_most THEN
                    RETURN taken[cardinality(taken) - at_most + 1] + span - moment;
                END IF;
                UPDATE rate_limits SET hits = taken || moment, ends_at = moment + span
                    WHERE name = of_name AND client = of_client;
                RETURN 0;
            END $$;
            """)
}

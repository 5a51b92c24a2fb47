"""What a database holds, comparable between SQLite and PostgreSQL."""

import re
from pathlib import Path

from support import database
from support.postgres import Database

# Both databases understand these.
TABLES = {
    "users": "id, username, password_hash, email, CAST(date_registered AS text), CAST(last_login AS text)",
    "user_states": "user_id, disabled_at, must_change_password, password_changed_at",
    "resources": "uri, scopes, token_typ, lifetime, created_at",
    "clients": (
        "id, name, kind, redirect_uris, post_logout_uris, grants, scopes, consent, require_pkce, pkce_seen_at,"
        " created_at, disabled_at, backchannel_logout_uri, secret_place"
    ),
    "client_secrets": "client_id, created_at, expires_at",
    "client_resources": "client_id, resource",
    "consents": "user_id, client_id, resource, scopes, given_at",
    "grants": "client_id, user_id, scopes, generation, idle_until, ended_at",
    "sessions": "id, user_id, authenticated_at, expires_at",
    "session_clients": "session_id, client_id, expires_at",
    "logout_deliveries": "session_id, client_id, user_id, created_at, attempts, next_at, failure, expires_at",
    "retired_public_keys": "kid, algorithm, expires_at",
    "revoked_tokens": "jti, expires_at",
    "token_secrets": "id, created_at",
    "auth_logs": "id, request_ip, CAST(request_timestamp AS text), user_id",
    "audit_events": (
        "id, recorded_at, actor, action, outcome, reason, user_id, username, client, address, user_agent, kid, jti"
    ),
    "keys": "kid, exp",
    "key_states": "kid, state, published_at, activates_at, retired_at, signed_until",
}

# The target's own row says where the others came from.
OWN = {"audit_events": "WHERE action <> 'migrate'"}

Contents = dict[str, list[tuple[object, ...]]]


def in_sqlite(file: Path) -> Contents:
    return {table: database.rows(file, _query(table)) for table in TABLES}


def in_postgres(target: Database) -> Contents:
    return {
        table: [tuple(map(without_zone, row)) for row in target.rows(_query(table))]
        for table in TABLES
    }


def _query(table: str) -> str:
    return f"SELECT {TABLES[table]} FROM {table} {OWN.get(table, '')} ORDER BY 1"


def without_zone(value: object) -> object:
    """A moment in UTC as SQLite has it."""
    return re.sub(r"(?<=:\d\d)\+00$", "", value) if isinstance(value, str) else value

"""Rows of sessions and grants as a sign-in leaves them, for what ends, forgets or damages them."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

from support import database

TABLES = (
    "grants", "authorization_codes", "revoked_tokens", "sessions", "flows", "session_clients", "logout_deliveries",
    "retired_public_keys",
)  # fmt: skip
HOUR = 3_600_000


def in_sqlite(value: bytes) -> str:
    return f"x'{value.hex()}'"


def in_postgres(value: bytes) -> str:
    return rf"'\x{value.hex()}'"


def statements(user: int, client: str, mark: str, literal: Callable[[bytes], str], lived: int = 0) -> list[str]:
    """One row in each table: a browser, a grant with a refresh token and a code, a flow, a revoked token, a client that
    is to be told, one that could not be, and a key that signs no more.

    `lived` hours ago they began; they live for one.
    """
    now = int(time.time() * 1000) - lived * HOUR
    end, digest = now + HOUR, hashlib.sha256(mark.encode()).digest()
    grant, secret = literal(digest[:16]), literal(digest)
    return [
        "INSERT INTO grants (id, user_id, client_id, session_id, scopes, resources, authenticated_at, is_offline,"
        " created_at, expires_at, generation, rotated_at, idle_until)"
        f" VALUES ({grant}, {user}, '{client}', 'sid {mark}', 'openid email', 'https://api.example', {now}, 1, {now},"
        f" {end}, 0, {now}, {end})",
        "INSERT INTO authorization_codes (hash, grant_id, redirect_uri, challenge, nonce, expires_at)"
        f" VALUES ({secret}, {grant}, 'https://app.example/cb', 'E9Melhoa', 'nonce', {end})",
        f"INSERT INTO revoked_tokens (jti, expires_at) VALUES ('jti {mark}', {end})",
        "INSERT INTO sessions (hash, id, user_id, authenticated_at, address, user_agent, created_at, seen_at,"
        " idle_until, expires_at)"
        f" VALUES ({secret}, 'sid {mark}', {user}, {now}, '192.0.2.1', 'browser', {now}, {now}, {end}, {end})",
        f"INSERT INTO flows (hash, browser, request, expires_at) VALUES ({secret}, {secret}, '{{}}', {end})",
        f"INSERT INTO session_clients (session_id, client_id, expires_at) VALUES ('sid {mark}', '{client}', {end})",
        "INSERT INTO logout_deliveries (session_id, client_id, user_id, created_at, attempts, failure, expires_at)"
        f" VALUES ('told {mark}', '{client}', {user}, {now}, 1, 'timeout', {end})",
        "INSERT INTO retired_public_keys (kid, algorithm, public_key, expires_at)"
        f" VALUES ({int.from_bytes(digest[:4])}, 'RS256', {secret}, {end})",
    ]


def sign_in(file: Path, user: int, client: str, mark: str, lived: int = 0) -> None:
    for statement in statements(user, client, mark, in_sqlite, lived):
        database.change(file, statement)


def agree(file: Path, user: int, client: str) -> None:
    """What a user said yes to, of a client that there is."""
    database.change(
        file,
        "INSERT INTO consents (user_id, client_id, resource, scopes, given_at) VALUES (?, ?, '', 'openid email', ?)",
        user,
        client,
        int(time.time() * 1000),
    )


def living(file: Path) -> tuple[list[str], list[str]]:
    """The sessions, and the grants by theirs."""
    sessions = database.rows(file, "SELECT id FROM sessions ORDER BY id")
    grants = database.rows(file, "SELECT session_id FROM grants WHERE ended_at IS NULL ORDER BY session_id")
    return [name for (name,) in sessions], [name for (name,) in grants]

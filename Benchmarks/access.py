"""Users, sessions and grants by the thousand: written straight into the database, as sign-ins would have left them."""

import hashlib
import json
import os
import random
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from load import ToolFailed
from support.browser import FORM_TYPE as FORM
from support.client import Request, send
from support.oauth import CALLBACK, DAY, App
from support.postgres import Database
from support.server import Server

FORM_TYPE = f"Content-Type: {FORM['Content-Type']}"
SCOPE = "openid profile"
HOUR = 3_600_000
CODE_LIFE = 600_000
"""Milliseconds; longer than that of a real one, so that all are fetched in time."""
FETCHERS = 8

# {numbers}: 1 to count; {bytes16}, {bytes32}, {id}: others in each row.
INSERT_USERS = """
    {numbers} INSERT INTO users (username, password_hash, email, date_registered)
    SELECT 'family-' || (number * 7919 % 1000003), 'none', 'family-' || number || '@example.org',
        '2026-01-01 00:00:00'
    FROM numbers
"""
INSERT_SESSIONS = """
    INSERT INTO sessions (hash, id, user_id, authenticated_at, address, user_agent, created_at, seen_at, idle_until,
        expires_at)
    SELECT {bytes32}, {id}, id, {now}, '127.0.0.1', 'a browser with a name of a hundred bytes', {now}, {now},
        {until}, {until}
    FROM users WHERE username LIKE 'family-%'
"""
INSERT_GRANTS = """
    INSERT INTO grants (id, user_id, client_id, session_id, scopes, resources, authenticated_at, is_offline,
        created_at, expires_at, generation, rotated_at, idle_until)
    SELECT {bytes16}, user_id, '{client}', id, '{scope}', '', {now}, 0, {now}, {until}, 0, {now}, {until}
    FROM sessions
"""
INSERT_OVER = (
    """
    {numbers} INSERT INTO flows (hash, browser, request, expires_at)
    SELECT {bytes32}, {bytes32}, 'client_id={client}&response_type=code&scope=openid&state=a-state', {over} + number
    FROM numbers
    """,
    """
    {numbers} INSERT INTO sessions (hash, id, user_id, authenticated_at, address, user_agent, created_at, seen_at,
        idle_until, expires_at)
    SELECT {bytes32}, {id}, (SELECT min(id) FROM users) + number % 1000, {over}, '127.0.0.1', 'a browser', {over},
        {over}, {over} + number, {over} + number
    FROM numbers
    """,
    """
    {numbers} INSERT INTO grants (id, user_id, client_id, session_id, scopes, resources, authenticated_at, is_offline,
        created_at, expires_at, generation, rotated_at, idle_until)
    SELECT {bytes16}, (SELECT min(id) FROM users) + number % 1000, '{client}', {id}, '{scope}', '', {over}, 0, {over},
        {over} + number, 0, {over}, {over} + number
    FROM numbers
    """,
)
TABLES_OF_ACCESS = ("flows", "sessions", "grants")


@dataclass(frozen=True)
class Tables:
    """Where the rows go: the file of a server that does not run, or a database of PostgreSQL."""

    run: Callable[[Iterable[str]], None]
    rows: Callable[[str], Sequence[tuple[object, ...]]]
    fragments: dict[str, str]
    hexadecimal: str
    """Bytes as the database reads them, from their digits in {}."""

    def insert(self, statement: str, count: int, **values: object) -> None:
        filled = {name: text.replace("COUNT", str(count)) for name, text in self.fragments.items()}
        self.run([statement.format(**filled, **values)])

    def count(self, table: str, condition: str = "1 = 1") -> int:
        [(number,)] = self.rows(f"SELECT count(*) FROM {table} WHERE {condition}")
        assert isinstance(number, int)
        return number


def of_sqlite(file: Path) -> Tables:
    def run(statements: Iterable[str]) -> None:
        # In one transaction without a journal: nothing else has the file open. The server turns the WAL on again.
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000")
            connection.execute("BEGIN")
            for statement in statements:
                connection.execute(statement)
            connection.execute("COMMIT")
        with file.open("rb+") as written:
            os.fsync(written)

    def rows(query: str) -> Sequence[tuple[object, ...]]:
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(query).fetchall()

    numbers = (
        "WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < COUNT)"
    )
    fragments = {"numbers": numbers, "bytes16": "randomblob(16)", "bytes32": "randomblob(32)"}
    return Tables(run, rows, fragments | {"id": "lower(hex(randomblob(16)))"}, "x'{}'")


def of_postgres(database: Database) -> Tables:
    def run(statements: Iterable[str]) -> None:
        database.psql("BEGIN;" + ";".join(statements) + "; COMMIT;")

    digits = "md5(random()::text || clock_timestamp()::text)"
    fragments = {
        "numbers": "WITH numbers(number) AS (SELECT generate_series(1::bigint, COUNT))",
        "bytes16": f"decode({digits}, 'hex')",
        "bytes32": f"sha256(convert_to({digits}, 'UTF8'))",
        "id": digits,
    }
    return Tables(run, database.rows, fragments, "'\\x{}'")


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def add_client(server: Server) -> App:
    """Registers a confidential one."""
    # Not as the tests run commands: the system's Python has none of their packages.
    made = server.run("clients", "create", "Web", "--redirect-uri", CALLBACK, "--id", "web", "--json")
    if made.returncode != 0:
        raise ToolFailed(f"clients create: {made.stderr.strip()}")
    return App("web", json.loads(made.stdout)["client_secret"])


def add_families(tables: Tables, client: App, count: int) -> None:
    """As many users, each with a session and a grant of it that can be refreshed."""
    values = {"client": client.id, "scope": SCOPE, "now": now(), "until": now() + 30 * DAY}
    for statement in (INSERT_USERS, INSERT_SESSIONS, INSERT_GRANTS):
        tables.insert(statement, count, **values)


def add_what_is_over(tables: Tables, client: App, count: int) -> None:
    """As many rows in each of the tables that are pruned, which ended a day ago. Needs a thousand users."""
    for statement in INSERT_OVER:
        tables.insert(statement, count, client=client.id, scope=SCOPE, over=now() - DAY)


def add_codes(tables: Tables, client: App, count: int) -> list[str]:
    """Puts grants, drawn at random, back to where their codes are not yet fetched."""
    drawn = [str(row[0]) for row in tables.rows(f"SELECT {_digits(tables)} FROM grants WHERE expires_at > {now()}")]
    drawn = random.Random(4).sample(drawn, min(count, len(drawn)))
    codes = [secrets.token_urlsafe(32) for _ in drawn]
    until = now() + CODE_LIFE
    statements = []
    for code, grant in zip(codes, drawn, strict=True):
        key = tables.hexadecimal.format(grant)
        digest = tables.hexadecimal.format(hashlib.sha256(code.encode()).hexdigest())
        statements += [
            f"UPDATE grants SET generation = NULL, rotated_at = NULL, idle_until = NULL WHERE id = {key}",
            "INSERT INTO authorization_codes (hash, grant_id, redirect_uri, challenge, nonce, expires_at) VALUES"
            f" ({digest}, {key}, '{CALLBACK}', '{client.challenge}', 'n-1', {until})",
        ]
    tables.run(statements)
    return codes


def _digits(tables: Tables) -> str:
    return "hex(id)" if tables.hexadecimal.startswith("x") else "encode(id, 'hex')"


def fetch(server: Server, client: App, codes: Sequence[str]) -> list[dict[str, str]]:
    """The tokens for codes, from a running server."""

    def some(codes: Sequence[str]) -> list[dict[str, str]]:
        tokens = []
        with closing(server.client.connect()) as connection:
            for code in codes:
                form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
                body = urlencode(form | {"code_verifier": client.verifier}).encode()
                answer = send(connection, Request("POST", "/token", body, FORM | client.proof()))
                if answer.status != 200:
                    raise ToolFailed(f"a code was answered {answer.status}: {answer.body[:200]!r}")
                tokens.append(answer.json())
        return tokens

    with ThreadPoolExecutor(FETCHERS) as threads:
        shares = threads.map(some, (codes[start::FETCHERS] for start in range(FETCHERS)))
        return [tokens for share in shares for tokens in share]


def refreshing(client: App, tokens: Sequence[dict[str, str]], lines: Path) -> dict[str, object]:
    """What http-load needs to refresh these, one after the other and again; writes them to `lines`."""
    lines.write_text("".join(f"{each['refresh_token']}\n" for each in tokens))
    return {
        "path": "/token",
        "method": "POST",
        "body": "grant_type=refresh_token&refresh_token={line}",
        "lines": lines,
        "headers": proof_fields(client),
    }


def proof_fields(client: App) -> list[str]:
    """Header fields of a form that this client sends."""
    return [FORM_TYPE, f"Authorization: {client.proof()['Authorization']}"]

"""The table of damage where the type allows it: a server on PostgreSQL goes on."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable

import pytest

from support.nodes import started
from support.postgres import Database, required
from support.rotation import QUICK, until
from support.server import MakeServer

PASSWORD = "the password of alice and of bob"
LOOK = 1.1
KEYS = ("keys", "key_states", "key_encryption_keys")
CLIENTS = ("resources", "clients", "client_secrets", "client_resources")
TABLES = (*KEYS, "users", "user_states", *CLIENTS, "auth_logs")
VALUES = {
    "bigint": ["NULL", str(-(2**63)), str(2**63 - 1), "{column} # 1048576"],
    "text": ["NULL", "''", "'x'"],
    "bytea": ["NULL", r"'\x00ff'", "substring({column} FROM 2)"],
    "timestamp with time zone": ["NULL", "'infinity'", "'-infinity'"],
}
# As whoever minds no REFERENCES; servers notice by looking.
UNCHECKED = "SET session_replication_role = replica;"


def columns(database: Database) -> list[tuple[str, str, str]]:
    """Every column, with its table and its type."""
    return [
        (table, column, kind)
        for table in TABLES
        for column, kind in database.rows(
            f"SELECT column_name, data_type FROM information_schema.columns WHERE table_name = '{table}'"
            " AND table_schema = 'public' ORDER BY ordinal_position"
        )
    ]


def inflict(database: Database, table: str, column: str, value: str) -> bool:
    """Damages the first row; false where the schema refuses."""
    sql = (
        f"{UNCHECKED} UPDATE {table} SET {column} = {value.format(column=column)}"
        # A login moves its row: alice's is that with the lower number, wherever it lies.
        f" WHERE ctid = (SELECT ctid FROM {table} ORDER BY {'id' if table == 'users' else 'ctid'} LIMIT 1);"
    )
    result = subprocess.run(
        [required("psql"), "-Xq", "--set=ON_ERROR_STOP=1", database.url], input=sql, capture_output=True, text=True
    )
    return result.returncode == 0


def test_running(node: MakeServer, empty_database: Database, report: Callable[[str], None]) -> None:
    server = started(node, **QUICK)
    until(lambda: empty_database.value("SELECT count(*) FROM keys") == 3, "three keys")
    for name in ("alice", "bob"):
        server.create_user(name, PASSWORD)
        # One after the other: alice's row stays before bob's. A reset leaves a state.
        reset = server.run("users", "reset-password", "--username", name, "--password-stdin", stdin=f"{PASSWORD}\n")
        assert reset.returncode == 0, reset
        assert server.client.login(name, PASSWORD).status == 200
    for register in (
        ("resources", "add", "https://api.example"),
        ("clients", "create", "App", "--redirect-uri", "https://app.example/cb", "--resource", "https://api.example"),
    ):
        assert server.run(*register).returncode == 0
    kinds = columns(empty_database)
    whole = "CREATE SCHEMA whole;" + "".join(f"CREATE TABLE whole.{name} AS TABLE {name};" for name in TABLES)
    empty_database.psql(whole)
    restore = f"BEGIN; {UNCHECKED}"
    for table in TABLES:
        names = ", ".join(column for name, column, _ in kinds if name == table)
        restore += f"DELETE FROM {table}; INSERT INTO {table} ({names}) SELECT {names} FROM whole.{table};"
    restore += "COMMIT;"

    counts: Counter[str] = Counter()
    for table, column, kind in kinds:
        for value in VALUES[kind]:
            if not inflict(empty_database, table, column, value):
                counts["refused by the schema"] += 1
                continue
            case = f"{table}.{column} = {value}"
            if table in KEYS:
                time.sleep(LOOK)
            assert server.client.jwks() and server.client.get("/health/live").status == 200, case
            shut = (401, 403) if table == "user_states" else (401,)
            assert server.client.login("alice", PASSWORD).status in (200, 503, *shut), case
            assert server.client.login("bob", PASSWORD).status in ((200, 503) if table in KEYS else (200,)), case
            if table in CLIENTS:
                listed = server.run("resources" if table == "resources" else "clients", "list")
                assert listed.returncode in (0, 1) and len(listed.stderr.splitlines()) == 1, (case, listed)
            assert server.process is not None and server.process.poll() is None, case
            empty_database.psql(restore)
            counts["running"] += 1
    report(f"table of damage, running, PostgreSQL: {dict(counts)}")
    assert counts["running"] > 40
    until(lambda: server.client.login("bob", PASSWORD).status == 200, "a login after it was mended")


@pytest.mark.parametrize(
    ("damage", "place"),
    [
        (f"UPDATE keys SET exp = {2**63 - 1}", "keys.exp of the row"),
        (f"UPDATE key_states SET published_at = {-(2**63)}", "key_states.published_at of the row"),
        ("UPDATE key_encryption_keys SET passes = -1", "key_encryption_keys.passes of the row"),
        ("DROP TABLE users CASCADE", "the table users is missing"),
        ("DROP TABLE auth_logs", "the table auth_logs is missing"),
    ],
)
def test_ready_and_the_next_start(node: MakeServer, empty_database: Database, damage: str, place: str) -> None:
    server = started(node, **QUICK)
    assert server.client.get("/health/ready").status == 200
    empty_database.psql(damage)
    assert server.client.get("/health/ready").status == (503 if damage.startswith("DROP") else 200)
    assert server.client.get("/health/live").status == 200 and server.client.jwks()
    server.stop()
    code, line = server.refusal()
    assert code == 1 and place in line and "restore" in line

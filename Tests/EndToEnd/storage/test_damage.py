"""The table of damage: every column of every table, with each kind of value that it was never given."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from support import access, damage, database
from support.client import JWKS_PATH, NO_ANSWER
from support.damage import Case, Snapshot
from support.rotation import QUICK, rest, until
from support.server import MakeServer, Server

PASSWORD = "the password of alice and of bob"
CLIENTS = ("clients", "client_secrets", "client_resources", "resources")
# A start reads none of them: one kind of damage stands for all, where it would cost a start for each.
UNREAD_AT_START = (*CLIENTS, "consents", "audit_events")
# They are read when a browser or a client comes, which SQLiteAccessDamageTests tries for each column; here it is what ends them
# and what forgets them, which look at few, so one kind stands for all.
ACCESS_KINDS = ("blob",)
# One server for each, all at the same time: what takes long is to wait for the next look at the keys.
SERVERS = 4
# A running server looks at the keys once a second.
LOOK = 1.1
# What is told of a value that can be read, and does not fit what it belongs to.
TOLD_OTHERWISE = re.compile(
    r"NOT_MY_KEY does not open this database|key \d+ cannot be opened: |was written by a newer jwks-server"
)


def prepared(make: MakeServer) -> Server:
    """A running server with a row in every table, alice's and the key that signs before all others."""
    made = make(**QUICK)
    rest(made)
    for name in ("alice", "bob"):
        made.create_user(name, PASSWORD)
        assert made.client.login(name, PASSWORD).status == 200
    reset = made.run("users", "reset-password", "--username", "alice", "--password-stdin", stdin=f"{PASSWORD}\n")
    assert reset.returncode == 0, reset
    uris = ("--redirect-uri", "https://app.example/cb", "--post-logout-redirect-uri", "https://app.example/")
    for register in (
        ("resources", "add", "https://api.example", "--lifetime", "5m", "--scope", "read"),
        ("clients", "create", "App", "--id", "app", *uris, "--resource", "https://api.example"),
    ):
        assert made.run(*register).returncode == 0
    access.sign_in(made.database, 1, "app", "alice")
    access.agree(made.database, 1, "app")
    until(lambda: database.rows(made.database, "SELECT 1 FROM key_propagation"), "evidence in the database")
    return made


def check_running(server: Server, case: Case) -> None:
    """Everything answers; only what needs the row may refuse."""
    client, cell = server.client, case.cell
    keys = cell.table in ("keys", "key_states", "key_encryption_keys")
    if keys:
        time.sleep(LOOK)
    assert client.get(JWKS_PATH).status == 200
    assert client.get("/health/live").status == 200
    # What cannot be read in a state shuts the account, and does not open it.
    shut = (401, 403) if cell.table == "user_states" else (401,)
    assert client.login("alice", PASSWORD).status in (200, 503, *shut)
    written = keys or cell.table in ("auth_logs", "audit_events")
    assert client.login("bob", PASSWORD).status in ((200, 503) if written else (200,))
    assert client.register(f"{cell.table}-{cell.column}-{case.kind}".lower()).status in (201, 503)
    kid = "999999"
    if cell.table == "auth_logs":
        kid = database.value(server.database, "SELECT kid FROM key_states WHERE state = 'active'")
    commands = [("keys", "list"), ("keys", "revoke", str(kid))]
    if cell.table in ("users", "user_states"):
        commands.append(("users", "list"))
    if cell.table in (*CLIENTS, "consents"):
        # A login needs none of it.
        commands = [("clients", "list"), ("resources", "list")]
    if cell.table == "audit_events":
        commands = [("audit",)]
    if cell.table in access.TABLES:
        commands = [("users", "sign-out-everywhere", "--username", "alice")]
    for command in commands:
        result = server.run(*command)
        assert result.returncode in (0, 1, 78), result
        # Which database it was, or why not.
        assert len(result.stderr.splitlines()) == 1, result
    if cell.table in access.TABLES:
        # No damage keeps anybody from ending what can be found.
        assert result.returncode == 0, result
    assert server.process is not None and server.process.poll() is None


def wanted(case: Case) -> bool:
    return case.cell.table not in access.TABLES or case.kind in ACCESS_KINDS


def wanted_at_start(case: Case) -> bool:
    if case.cell.table in access.TABLES:
        return case.kind == "text" and case.cell.column == "expires_at"
    return case.cell.table not in UNREAD_AT_START or case.kind == "blob"


def run_cases(server: Server, snapshot: Snapshot, cases: list[Case]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for case in cases:
        try:
            damage.inflict(server.database, case)
        except damage.Refused:
            counts["refused by the schema"] += 1
            continue
        try:
            check_running(server, case)
        except (AssertionError, *NO_ANSWER) as error:
            log = server.log.read_text()[-2_000:]
            raise AssertionError(f"{case}: {error!r}\n{log}") from error
        counts["running"] += 1
        snapshot.restore()
    return counts


def test_running(server: MakeServer, report: Callable[[str], None]) -> None:
    servers = [prepared(server) for _ in range(SERVERS)]
    cases = [case for case in damage.cases(servers[0].database) if wanted(case)]
    shares = [cases[share::SERVERS] for share in range(SERVERS)]
    with ThreadPoolExecutor(SERVERS) as threads:
        futures = [
            threads.submit(run_cases, each, Snapshot(each.database), share)
            for each, share in zip(servers, shares, strict=True)
        ]
        counts = sum((future.result() for future in futures), Counter())
    assert counts["running"] > 100
    report(f"table of damage, running, SQLite: {dict(counts)}")
    for each in servers:
        until(lambda each=each: each.client.login("bob", PASSWORD).status == 200, "a login after it was mended")


def start(server: Server, case: Case) -> str:
    """Serves, or says in one line which cell is damaged and what to do."""
    damage.inflict(server.database, case)
    server.spawn()
    assert server.process is not None
    deadline = time.monotonic() + 20
    while server.process.poll() is None and not server._answers("/ping"):
        assert time.monotonic() < deadline, f"{case}: neither serves nor ends\n{server.log.read_text()}"
        time.sleep(0.02)
    if server.process.poll() is None:
        assert server._answers(JWKS_PATH) and server._answers("/health/live"), case
        server.stop()
        return "serves"
    lines = server.log.read_text().splitlines()
    assert server.process.returncode in (1, 78) and len(lines) == 1, (case, server.process.returncode, lines)
    assert f"{case.cell} of the row" in lines[0] and "restore" in lines[0] or TOLD_OTHERWISE.search(lines[0]), lines
    server.process = None
    return "refuses in one line"


def test_starting(
    prepared_server: MakeServer, server: MakeServer, tmp_path: Path, report: Callable[[str], None]
) -> None:
    original = prepared(server)
    original.stop()
    places = Snapshot(original.database).copies(tmp_path)
    cases: Iterator[tuple[Case, Server]] = (
        (case, prepared_server(next(places), **QUICK))
        for case in damage.cases(original.database)
        if wanted_at_start(case)
    )

    def one(case_and_server: tuple[Case, Server]) -> str:
        case, made = case_and_server
        try:
            return start(made, case)
        except damage.Refused:
            return "refused by the schema"

    with ThreadPoolExecutor(2) as threads:
        counts = Counter(threads.map(one, cases))
    assert counts["serves"] > 50 and counts["refuses in one line"] > 50
    report(f"table of damage, starting, SQLite: {dict(counts)}")


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("UPDATE key_encryption_keys SET passes = -1", "key_encryption_keys.passes"),
        ("UPDATE key_encryption_keys SET memory_kib = 4294967295", "key_encryption_keys.memory_kib"),
        ("UPDATE key_encryption_keys SET salt = x'00'", "key_encryption_keys.salt"),
        ("UPDATE key_encryption_keys SET created_at = 'then'", "key_encryption_keys.created_at"),
    ],
)
def test_the_record_of_the_key_encryption_key(server: MakeServer, sql: str, place: str) -> None:
    running = server(**QUICK)
    rest(running)
    password = running.client.new_user("alice")
    database.change(running.database, sql)
    time.sleep(LOOK)
    assert running.client.token("alice", password) and running.client.jwks()
    running.stop()
    code, line = running.refusal()
    assert code == 1 and place in line and "restore" in line


@pytest.mark.parametrize("table", ["users", "auth_logs", "key_states", "key_encryption_keys", "keys"])
def test_a_table_that_is_dropped(server: MakeServer, table: str) -> None:
    running = server(**QUICK)
    rest(running)
    assert running.client.get("/health/ready").status == 200
    database.change(running.database, f"DROP TABLE {table}")
    assert running.client.get("/health/ready").status == 503
    assert running.client.get("/health/live").status == 200 and running.client.jwks()
    running.stop()
    code, line = running.refusal()
    assert code == 1 and f"the table {table} is missing" in line and "restore" in line


def test_without_the_states_of_users_nobody_logs_in(server: MakeServer) -> None:
    running = server(**QUICK)
    rest(running)
    password = running.client.new_user("alice")
    assert running.client.login("alice", password).status == 200
    [(definition,)] = database.rows(running.database, "SELECT sql FROM sqlite_master WHERE name = 'user_states'")
    database.change(running.database, "DROP TABLE user_states")
    for _ in range(2):
        assert running.client.login("alice", password).status == 503
        assert running.client.get("/health/ready").status == 503 and running.client.jwks()
        running.stop()
        running.start()
    database.change(running.database, definition)
    until(lambda: running.client.get("/health/ready").status == 200, "ready again", 5)
    assert running.client.login("alice", password).status == 200

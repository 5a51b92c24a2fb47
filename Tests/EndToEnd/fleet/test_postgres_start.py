"""A start on a PostgreSQL that is away, has too few connections, or stands behind a pooler: a server, or a line."""

import re
import signal
import socket
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from support import postgres
from support.cluster import Cluster
from support.needs import skip_without
from support.nodes import started
from support.pooler import pgbouncer
from support.ports import free_port
from support.postgres import Database
from support.rotation import QUICK, refusal, until
from support.server import MakeServer, Server

WAITS = "not listening yet: PostgreSQL cannot be used"
LOGINS = 300


@dataclass(frozen=True)
class Role:
    """Owns the database, and may have so many connections and no more."""

    name: str
    database: Database

    @property
    def url(self) -> str:
        return self.database.url.replace("postgres@", f"{self.name}@")

    def limit(self, connections: int) -> None:
        self.database.psql(f"ALTER ROLE {self.name} CONNECTION LIMIT {connections};")

    def hang_up(self) -> None:
        """Ends every connection of the role, and waits until they are gone."""
        self.database.psql(
            f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{self.name}';"
        )

    @property
    def connections(self) -> int:
        return self.database.value(f"SELECT count(*) AS n FROM pg_stat_activity WHERE usename = '{self.name}'")


@pytest.fixture
def role(empty_database: Database) -> Iterator[Role]:
    made = Role(f"role_{empty_database.name}", empty_database)
    empty_database.psql(f"CREATE ROLE {made.name} LOGIN; ALTER DATABASE {empty_database.name} OWNER TO {made.name};")
    yield made
    # Servers may still run: with the database go their connections, whose locks nobody may wait for, and what it owns.
    empty_database.drop()
    empty_database.maintenance.psql(f"DROP ROLE {made.name};")


def lines(server: Server, text: str) -> list[str]:
    return [line for line in server.log.read_text().splitlines() if text in line]


def waiting(node: MakeServer, url: str, **settings: str | None) -> Server:
    """A server that has said that it waits."""
    server = node(JWKS_DATABASE=url, **QUICK | settings)
    server.spawn()
    until(lambda: lines(server, WAITS), "the line about the wait")
    return server


def logins(server: Server, password: str) -> Counter[int]:
    with ThreadPoolExecutor(16) as threads:
        return Counter(threads.map(lambda _: server.client.login("resident", password).status, range(LOGINS)))


def test_one_connection_is_too_few(node: MakeServer, role: Role) -> None:
    role.limit(1)
    server = node(JWKS_DATABASE=role.url, JWKS_DATABASE_WAIT="3s")
    begin = time.monotonic()
    result = server.run()
    assert 3 <= time.monotonic() - begin < 10
    first, last = result.stderr.splitlines()
    assert result.returncode == 1 and WAITS in first and "too many connections" in first
    assert "too many connections" in last and "two connections are the least" in last and "JWKS_DATABASE_WAIT" in last
    assert role.database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []


@pytest.mark.parametrize("connections", [2, 3])
def test_few_connections_serve_everybody(
    node: MakeServer, role: Role, connections: int, report: Callable[[str], None]
) -> None:
    role.limit(connections)
    server = started(node, JWKS_DATABASE=role.url, **QUICK)
    [line] = until(lambda: lines(server, "fewer connections than wanted"), "the line about the shortage")
    assert f"open={connections - 1} " in line and "wanted=8" in line
    statuses = logins(server, server.client.new_user("resident"))
    report(f"{connections} connections from the start, {LOGINS} logins: {dict(statuses)}")
    assert statuses == {200: LOGINS}
    assert server.client.get("/health/ready").status == 200

    # A second server has none left; nobody minds.
    code, second = refusal(node(JWKS_DATABASE=role.url, JWKS_DATABASE_WAIT="0s").run())
    assert code == 1 and "two connections are the least" in second
    code, command = refusal(server.run("keys", "list"))
    assert code == 1 and "two connections are the least" in command

    role.limit(20)
    until(lambda: lines(server, "every connection to PostgreSQL is there"), "the other connections")
    assert role.connections == 9
    assert server.run("keys", "list").returncode == 0
    assert logins(server, server.client.new_user("another")) == {401: LOGINS}
    assert len(lines(server, "than wanted")) == len(lines(server, "every connection")) == 1
    assert not lines(server, "ERROR")


def test_fewer_connections_while_it_runs(node: MakeServer, role: Role, report: Callable[[str], None]) -> None:
    server = started(node, JWKS_DATABASE=role.url, **QUICK)
    password = server.client.new_user("resident")
    role.limit(3)
    role.hang_up()
    statuses = logins(server, password)
    report(f"3 connections from now on, {LOGINS} logins: {dict(statuses)}")
    assert statuses == {200: LOGINS}
    assert role.connections <= 3


def test_a_limit_that_is_raised_meanwhile(node: MakeServer, role: Role) -> None:
    role.limit(1)
    server = waiting(node, role.url)
    role.limit(-1)
    server.wait_for("/health/ready")
    assert lines(server, "PostgreSQL can be used") and not lines(server, "than wanted")


def test_postgres_starts_later(prepared_server: MakeServer) -> None:
    if postgres.program("initdb") is None:
        skip_without("PostgreSQL")
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="postgres-", dir="/var/tmp")))
    try:
        cluster.create()
        begin = time.monotonic()
        server = waiting(prepared_server, cluster.database.url)
        assert "gives_up_in=" in lines(server, WAITS)[0] and "refused" in lines(server, WAITS)[0]
        assert time.monotonic() - begin < 5
        # It has to outlast any single attempt.
        until(lambda: time.monotonic() - begin > 5 or None, "five seconds without PostgreSQL")
        cluster.start()
        server.wait_for("/health/ready")
        assert len(lines(server, WAITS)) == 1 and len(lines(server, "PostgreSQL can be used")) == 1
        server.stop()
    finally:
        cluster.remove()


def test_a_line_each_ten_seconds(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_DATABASE=f"postgres://x@127.0.0.1:{free_port()}/x", JWKS_DATABASE_WAIT="13s")
    result = server.run()
    *said, last = result.stderr.splitlines()
    left = [int(re.findall(r"gives_up_in=(\d+)s", line)[0]) for line in said]
    assert result.returncode == 1 and len(left) == 2 and 9 <= left[0] - left[1] <= 11, result
    assert last.endswith("this start waited for it 13 s (JWKS_DATABASE_WAIT)")


def test_a_pooler_by_session(node: MakeServer, empty_database: Database) -> None:
    with pgbouncer(empty_database, "session") as url:
        server = started(node, JWKS_DATABASE=url, **QUICK)
        assert logins(server, server.client.new_user("resident")) == {200: LOGINS}
        assert server.run("keys", "list").returncode == 0
        server.stop()
        assert not lines(server, "than wanted") and not lines(server, "ERROR")


def test_a_pooler_by_session_with_few(node: MakeServer, empty_database: Database) -> None:
    with pgbouncer(empty_database, "session", default_pool_size=3) as url:
        server = started(node, JWKS_DATABASE=url, **QUICK)
        password = server.client.new_user("resident")
        until(lambda: lines(server, "fewer connections than wanted"), "the line about the shortage")
        assert logins(server, password) == {200: LOGINS}
        server.stop()
        assert not lines(server, "ERROR")


@pytest.mark.parametrize("mode", ["transaction", "statement"])
@pytest.mark.parametrize("settings", [{}, {"server_round_robin": 1, "min_pool_size": 4}, {"default_pool_size": 1}])
def test_another_pooler_is_refused(
    node: MakeServer, empty_database: Database, mode: str, settings: dict[str, int]
) -> None:
    with pgbouncer(empty_database, mode, **settings) as url:
        server = node(JWKS_DATABASE=url)
        begin = time.monotonic()
        for arguments in ((), ("keys", "list")):
            code, line = refusal(server.run(*arguments))
            assert code == 1 and "pool_mode = session" in line
        assert time.monotonic() - begin < 10
    assert empty_database.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []


@pytest.mark.alone
@pytest.mark.parametrize("cause", ["nobody there", "mute", "one connection", "a pooler with one"])
def test_sigterm_during_the_wait(
    node: MakeServer, role: Role, empty_database: Database, cause: str, report: Callable[[str], None]
) -> None:
    with ExitStack() as stack:
        url = f"postgres://someone@127.0.0.1:{free_port()}/db"
        if cause == "mute":
            mute = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
            url = f"postgres://someone@127.0.0.1:{mute.getsockname()[1]}/db"
        if cause == "one connection":
            role.limit(1)
            url = role.url
        if cause == "a pooler with one":
            url = stack.enter_context(pgbouncer(empty_database, "session", default_pool_size=1))
        server = waiting(node, url)
        begin = time.monotonic()
        server.stop()
        report(f"SIGTERM during the wait ({cause}): exit 0 after {time.monotonic() - begin:.2f} s")
        assert time.monotonic() - begin < 1


@pytest.mark.parametrize("wrong", ["role", "database", "rights"])
def test_what_does_not_pass_is_not_waited_for(node: MakeServer, role: Role, wrong: str) -> None:
    url = role.url
    if wrong == "role":
        url = role.url.replace(role.name, "somebody_else")
    if wrong == "database":
        url = role.url + "_of_nobody"
    if wrong == "rights":
        role.database.psql(f"ALTER ROLE {role.name} NOLOGIN;")
    begin = time.monotonic()
    code, line = node(JWKS_DATABASE=url).refusal()
    assert code == 1 and "JWKS_DATABASE names" in line
    assert time.monotonic() - begin < 5


def test_a_wrong_password_is_not_waited_for(prepared_server: MakeServer) -> None:
    if postgres.program("initdb") is None:
        skip_without("PostgreSQL")
    cluster = Cluster(Path(tempfile.mkdtemp(prefix="postgres-", dir="/var/tmp")), {"lc_messages": "C"})
    try:
        cluster.create()
        rules = cluster.directory / "data" / "pg_hba.conf"
        rules.write_text("host all careful 127.0.0.1/32 scram-sha-256\n" + rules.read_text())
        cluster.start()
        cluster.database.psql("CREATE ROLE careful LOGIN PASSWORD 'right';")
        for password in ("", ":wrong"):
            url = f"postgres://careful{password}@127.0.0.1:{cluster.port}/postgres"
            begin = time.monotonic()
            code, line = prepared_server(JWKS_DATABASE=url).refusal()
            assert code == 1 and "password" in line and "wrong" not in line
            assert time.monotonic() - begin < 5
    finally:
        cluster.remove()

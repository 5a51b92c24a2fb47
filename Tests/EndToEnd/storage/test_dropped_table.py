"""A table that somebody drops while the server runs: one line at the begin, one at the end, not ready between."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing

import pytest

from support.postgres import Database
from support.rotation import QUICK, until
from support.server import MakeServer, Server

WATCHED = 8.0
BEGAN = "the database does not answer: requests are refused"
ENDED = "the database answers again"


def lines(server: Server, text: str) -> list[str]:
    return [line for line in server.log.read_text().splitlines() if text in line]


def readiness(server: Server) -> int:
    return server.client.get("/health/ready").status


def watch(server: Server, drop: Callable[[], object], restore: Callable[[], object]) -> None:
    password = server.client.new_user("resident")
    assert readiness(server) == 200
    drop()
    until(lambda: readiness(server) == 503, "not ready", 2)
    statuses = set()
    deadline = time.monotonic() + WATCHED
    while time.monotonic() < deadline:
        statuses.add(readiness(server))
        assert server.client.login("resident", password).status == 503
        assert server.client.jwks()
        # Seldom enough for what does not need the table to succeed between.
        time.sleep(1.3)
    assert statuses == {503}
    assert len(lines(server, BEGAN)) == 1 and not lines(server, ENDED), server.log.read_text()
    assert "auth_logs" in lines(server, BEGAN)[0]
    restore()
    until(lambda: readiness(server) == 200, "ready again", 5)
    assert server.client.login("resident", password).status == 200
    assert len(lines(server, BEGAN)) == len(lines(server, ENDED)) == 1
    assert len(lines(server, " ERROR ")) == 1, server.log.read_text()


def test_on_sqlite(server: MakeServer) -> None:
    running = server(**QUICK)
    with closing(sqlite3.connect(running.database, timeout=10, isolation_level=None)) as connection:
        [(table,)] = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'auth_logs'").fetchall()
        watch(
            running,
            lambda: connection.execute("DROP TABLE auth_logs"),
            lambda: connection.execute(table),
        )


def test_on_postgres(node: MakeServer, empty_database: Database) -> None:
    running = node(**QUICK)
    running.start()
    watch(
        running,
        lambda: empty_database.psql("CREATE TABLE kept (LIKE auth_logs INCLUDING ALL); DROP TABLE auth_logs CASCADE"),
        lambda: empty_database.psql("ALTER TABLE kept RENAME TO auth_logs"),
    )


@pytest.mark.parametrize("table", ["users", "auth_logs"])
def test_ids_that_are_used_up(server: MakeServer, table: str) -> None:
    running = server(**QUICK)
    password = running.client.new_user("resident")
    insert = {
        "users": f"INSERT INTO users (id, username, password_hash) VALUES ({2**63 - 1}, 'last', 'x')",
        "auth_logs": f"INSERT INTO auth_logs (id, request_ip) VALUES ({2**63 - 1}, '::1')",
    }
    with closing(sqlite3.connect(running.database, timeout=10, isolation_level=None)) as connection:
        connection.execute(insert[table])
        deadline = time.monotonic() + 4
        while time.monotonic() < deadline:
            if table == "users":
                assert running.client.register("newcomer").status == 503
            else:
                assert running.client.login("resident", password).status == 503
            time.sleep(0.2)
        [line] = lines(running, BEGAN)
        assert f"the table {table} has no id left" in line and "sqlite_sequence" in line
        assert not lines(running, ENDED) and readiness(running) == 503
        connection.execute(f"DELETE FROM {table} WHERE id = {2**63 - 1}")
        connection.execute(f"UPDATE sqlite_sequence SET seq = 1000 WHERE name = '{table}'")
    until(lambda: readiness(running) == 200, "ready again", 5)
    assert running.client.register("newcomer").status == 201

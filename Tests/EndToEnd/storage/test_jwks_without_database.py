"""The JWK Set comes from memory: it is served whatever becomes of the database."""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from support import database
from support.client import JWKS_PATH, assert_error, login_request
from support.rotation import QUICK, SHORTEST, Account, the, until
from support.server import MakeServer, Server


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Another program keeps everyone else from writing."""
    with closing(sqlite3.connect(server.database, timeout=10, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


def assert_served(server: Server, tag: str) -> None:
    fresh = server.client.get(JWKS_PATH)
    assert fresh.status == 200 and fresh.headers["ETag"] == tag and fresh.json()["keys"]
    assert server.client.get("/.well-known/openid-configuration").status == 200
    known = server.client.get(JWKS_PATH, {"If-None-Match": tag})
    assert (known.status, known.body) == (304, b"")


def test_while_it_is_locked(server: MakeServer) -> None:
    running = server(**QUICK)
    resident = Account.at(running)
    tag = running.client.get(JWKS_PATH).headers["ETag"]
    with locked(running):
        # The login waits for its turn to write before it gives up; the JWK Set waits for nothing.
        answers = running.client.at_once(1, lambda _: login_request(resident.username, resident.password))
        assert_served(running, tag)
        assert_error(answers[0], 503, "unavailable")
        assert_served(running, tag)
    assert resident.token()


def test_while_a_rotation_is_due_and_it_is_locked(server: MakeServer) -> None:
    running = server(**SHORTEST | {"JWKS_KEY_ACTIVE_PERIOD": "3s"})
    resident = Account.at(running)
    active, successor = resident.signing_kid(), the("published", running)
    due = database.value(running.database, "SELECT activates_at FROM key_states WHERE kid = ?", successor) / 1000
    with locked(running):
        tag = running.client.get(JWKS_PATH).headers["ETag"]
        while time.time() < due + 1.5:
            assert_served(running, tag)
            time.sleep(0.1)
        # The set may change at any moment now: no one is told to keep it.
        assert running.client.get(JWKS_PATH).headers["Cache-Control"] == "public, max-age=0"
        assert the("active", running) == active
    until(lambda: the("active", running) == successor, "the rotation is made up for")
    assert until(resident.signing_kid, "a login") == successor
    until(lambda: running.client.get(JWKS_PATH).headers["ETag"] != tag, "the set changes")


def is_logged(file: Path) -> bool:
    return database.value(file, "SELECT count(*) FROM auth_logs WHERE user_id IS NOT NULL") == 1


def test_when_it_was_moved(server: MakeServer) -> None:
    running = server(**QUICK)
    resident = Account.at(running)
    tag = running.client.get(JWKS_PATH).headers["ETag"]
    elsewhere = running.directory.with_suffix(".moved")
    shutil.move(running.directory, elsewhere)
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        assert_served(running, tag)
        time.sleep(0.1)
    # Open files outlive their names: what is answered with 200 is in the file, wherever that is now.
    assert resident.token()
    assert is_logged(elsewhere / database.FILE_NAME)
    assert_served(running, tag)


def test_when_it_was_deleted(server: MakeServer) -> None:
    running = server(**QUICK)
    tag = running.client.get(JWKS_PATH).headers["ETag"]
    for file in running.directory.iterdir():
        file.unlink()
    end = time.monotonic() + 2.5
    while time.monotonic() < end:
        assert_served(running, tag)
        time.sleep(0.1)


def test_nothing_is_acknowledged_that_a_deleted_database_loses(server: MakeServer) -> None:
    running = server(**QUICK)
    resident = Account.at(running)
    for file in running.directory.iterdir():
        file.unlink()
    time.sleep(2.5)
    assert_error(running.client.login(resident.username, resident.password), 503, "unavailable")

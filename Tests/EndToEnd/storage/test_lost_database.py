"""The database deleted, replaced or moved under a server that runs."""

import shutil
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from support import database
from support.client import assert_error
from support.rotation import QUICK, Account, until
from support.server import MakeServer, Server

NOTICED_WITHIN = 2
PATIENCE = 10


def lines(server: Server, text: str) -> list[str]:
    return [line for line in server.log.read_text().splitlines() if text in line]


def assert_refused(server: Server, resident: Account) -> None:
    assert_error(server.client.login(resident.username, resident.password), 503, "unavailable")
    assert_error(server.client.register("newcomer"), 503, "unavailable")
    assert_error(server.client.get("/health/ready"), 503, "unavailable")
    assert server.client.jwks()


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm"])
def test_deleted(server: MakeServer, suffix: str) -> None:
    running = server(**QUICK)
    resident = Account.at(running)
    file = Path(f"{running.database}{suffix}")
    file.unlink()
    # Not even within the second until it is noticed is anything acknowledged that would be lost.
    assert_refused(running, resident)
    until(lambda: lines(running, "the database is lost"), "a line of the log", NOTICED_WITHIN + 1)

    process, running.process = running.process, None
    assert process is not None and process.wait(PATIENCE + 5) == 1
    [line] = lines(running, "jwks-server: ")
    # Whoever opens the database next makes a new log.
    assert f"{file.name} was deleted or moved while" in line or f"{file.name} was replaced by another file while" in line
    assert "start again" in line
    assert len(lines(running, "the database is lost")) == 1


def test_replaced(server: MakeServer, prepared_server: MakeServer) -> None:
    running = server(**QUICK)
    resident = Account.at(running)
    backup = running.directory / "backup.db"
    with closing(sqlite3.connect(running.database)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)
    resident.client.new_user("after-the-backup")
    moved = running.directory / "moved.db"
    running.database.rename(moved)
    backup.rename(running.database)
    assert_refused(running, resident)
    process, running.process = running.process, None
    assert process is not None and process.wait(PATIENCE + 5) == 1
    [line] = lines(running, "jwks-server: ")
    assert "was replaced by another file" in line

    # What was acknowledged is in the file that was moved away, and nothing of it gets into the one that came.
    names = "SELECT count(*) FROM users WHERE username = 'after-the-backup'"
    assert database.value(moved, names) == 1
    database.assert_sound(running.database)
    assert database.value(running.database, names) == 0
    running.start()
    assert resident.token()


def test_moved_away_and_back(server: MakeServer) -> None:
    running = server(**QUICK)
    resident = Account.at(running)
    away = running.directory / "away.db"
    running.database.rename(away)
    # Somebody else's file in its place: readers that are opened now must not stay.
    shutil.copy(away, running.database)
    until(lambda: lines(running, "the database is lost"), "the loss is noticed", NOTICED_WITHIN + 1)
    assert_refused(running, resident)
    away.rename(running.database)
    until(lambda: lines(running, "the database is back"), "the return is noticed", NOTICED_WITHIN + 1)
    running.client.new_user("after")
    assert resident.token()
    time.sleep(1)
    running.stop()
    assert database.value(running.database, "SELECT count(*) FROM users WHERE username = 'after'") == 1


def test_a_stop_while_it_is_lost(server: MakeServer) -> None:
    running = server(**QUICK)
    running.database.unlink()
    until(lambda: lines(running, "the database is lost"), "the loss is noticed", NOTICED_WITHIN + 1)
    assert running.end(signal.SIGTERM) == 0

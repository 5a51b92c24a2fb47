"""SIGTERM while there is more to do than the stop has time for: it ends in time, with 0, and says what was broken off."""

import contextlib
import sqlite3
import threading
import time
from contextlib import closing

import pytest

from support import database
from support.client import NO_ANSWER, login_request, send
from support.rotation import ON_DEMAND
from support.server import MakeServer, Server

pytestmark = pytest.mark.alone

STOP_LIMIT = 5
# A hash of some seconds, one after another.
SLOW = {
    "JWKS_RATE_LIMIT": "0",
    "JWKS_HASH_THREADS": "1",
    "JWKS_HASH_DEADLINE": "60s",
    "JWKS_ARGON2_MEMORY": "65536",
}


def begin_logins(server: Server, count: int) -> list[threading.Thread]:
    password = server.client.new_user("patient")

    def login() -> None:
        connection = server.client.connect()
        with closing(connection), contextlib.suppress(*NO_ANSWER):
            send(connection, login_request("patient", password))

    threads = [threading.Thread(target=login) for _ in range(count)]
    for thread in threads:
        thread.start()
    return threads


def stop(server: Server) -> str:
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < STOP_LIMIT
    return server.log.read_text()


def test_while_logins_wait_longer_than_it_may_take(server: MakeServer) -> None:
    running = server(JWKS_ARGON2_PASSES="30", **SLOW)
    threads = begin_logins(running, 12)
    time.sleep(1)
    log = stop(running)
    for thread in threads:
        thread.join()
    assert "connections were broken off count=" in log and "ERROR" not in log
    database.assert_sound(running.database)


def test_as_the_watch_over_the_start_ends(server: MakeServer) -> None:
    """Ten seconds after the start one service has nothing more to do: it must not be taken for one that failed."""
    running = server(JWKS_ARGON2_PASSES="30", **SLOW)
    started = time.monotonic()
    time.sleep(max(0.0, 5 - (time.monotonic() - started)))
    threads = begin_logins(running, 12)
    time.sleep(max(0.0, 8 - (time.monotonic() - started)))
    log = stop(running)
    for thread in threads:
        thread.join()
    assert "ERROR" not in log and "jwks-server:" not in log


def test_while_the_database_is_locked_and_a_key_is_being_made(server: MakeServer) -> None:
    running = server(JWKS_KEY_BITS="4096", **ON_DEMAND)
    assert running.run("keys", "rotate").returncode == 0

    def register(number: int) -> None:
        with contextlib.suppress(*NO_ANSWER):
            running.client.register(f"user-{number}")

    threads = [threading.Thread(target=register, args=(number,)) for number in range(4)]
    with closing(sqlite3.connect(running.database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        stop(running)
    for thread in threads:
        thread.join()
    database.assert_sound(running.database)

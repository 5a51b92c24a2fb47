"""Starting in every situation, and stopping without losing work."""

import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from support import original
from support.client import TIMEOUT, login_request, send
from support.server import MakeServer

STOP_LIMIT = 5


@pytest.mark.alone
def test_sigterm_finishes_what_is_in_flight(server: MakeServer) -> None:
    logins = 12
    running = server(JWKS_RATE_LIMIT="0", JWKS_HASH_DEADLINE="30s", JWKS_ARGON2_MEMORY="65536")
    password = running.client.new_user("patient")
    first_answer = threading.Event()

    def login() -> int:
        connection = running.client.connect()
        status = send(connection, login_request("patient", password)).status
        connection.close()
        first_answer.set()
        return status

    with ThreadPoolExecutor(logins) as threads:
        statuses = [threads.submit(login) for _ in range(logins)]
        # By the time the first hash is done the server has read the other requests.
        assert first_answer.wait(TIMEOUT)
        begin = time.monotonic()
        running.stop()
        assert time.monotonic() - begin < STOP_LIMIT
    assert [status.result() for status in statuses] == [200] * logins


@pytest.mark.parametrize(
    "unfinished",
    [b"", b"POST /auth HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"],
    ids=["idle connection", "stuck upload"],
)
def test_a_client_cannot_hold_up_the_stop(server: MakeServer, unfinished: bytes) -> None:
    running = server()
    connection = running.client.connect()
    connection.request("GET", "/ping")
    assert connection.getresponse().read()
    connection.sock.sendall(unfinished)
    begin = time.monotonic()
    running.stop()
    assert time.monotonic() - begin < STOP_LIMIT
    connection.close()


def test_sigint_stops_as_well(server: MakeServer) -> None:
    assert server().end(signal.SIGINT) == 0


def test_a_port_in_use(server: MakeServer, prepared_server: MakeServer) -> None:
    first = server()
    _, line = prepared_server(JWKS_PORT=str(first.port)).refusal()
    assert "JWKS_PORT" in line
    assert first.client.get("/ping").status == 200


def test_a_database_that_cannot_be_made(prepared_server: MakeServer, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    # Not a question of permissions, which a superuser would not be asked for.
    for place in ("/proc/nope/x.db", tmp_path / "file" / "x.db", tmp_path):
        _, line = prepared_server(JWKS_DATABASE=f"sqlite:{place}").refusal()
        assert "JWKS_DATABASE" in line


@pytest.mark.parametrize("content", [b"certainly no database\n" * 100, b"SQLite format 3\0" + b"\xff" * 4096])
def test_a_file_that_is_no_database(prepared_server: MakeServer, content: bytes) -> None:
    server = prepared_server()
    server.database.write_bytes(content)
    _, line = server.refusal()
    assert "JWKS_DATABASE" in line
    assert server.database.read_bytes() == content


@contextmanager
def locked(file: Path, *before: str) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in (*before, "BEGIN EXCLUSIVE"):
            connection.execute(statement)
        yield


def test_a_locked_database(server: MakeServer) -> None:
    running = server()
    running.stop()
    # In WAL mode only this locking mode keeps readers out as well.
    with locked(running.database, "PRAGMA locking_mode = EXCLUSIVE"):
        _, line = running.refusal()
    assert "JWKS_DATABASE" in line
    running.start()


def test_a_locked_database_of_the_original(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=original.SECRET)
    original.place_in(server.directory)
    with locked(server.database):
        _, line = server.refusal()
    assert "JWKS_DATABASE" in line
    server.start()

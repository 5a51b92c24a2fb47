"""Run by a service manager: what it is told, when it is no longer told that all is well, and a socket that it holds."""

import contextlib
import http.client
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from support import postgres
from support.client import TIMEOUT, login_request, send
from support.manager import HandedOver, Notifications, abstract_name, hand_over
from support.server import CONFIGURATION_ERROR, MakeServer

WATCHDOG = {"WATCHDOG_USEC": "400000"}
RESTARTS = 20
CALLERS = 8


@pytest.fixture(params=["path", "abstract"])
def notifications(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Notifications]:
    made = Notifications(str(tmp_path / "notify") if request.param == "path" else abstract_name())
    with closing(made):
        yield made


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Notifications]:
    with closing(Notifications(str(tmp_path / "notify"))) as made:
        yield made


@pytest.fixture
def handed_over() -> Iterator[HandedOver]:
    with closing(HandedOver()) as made:
        yield made


def test_start_reload_and_stop_are_told(prepared_server: MakeServer, notifications: Notifications) -> None:
    server = prepared_server(NOTIFY_SOCKET=notifications.name)
    server.spawn()
    ready = notifications.wait_for("READY=1")
    assert ready == f"READY=1\nSTATUS=listening on 127.0.0.1:{server.port}"
    # Told when it can be asked, not before.
    assert server.client.get("/health/ready").status == 200
    assert notifications.received == [ready]
    assert server.process is not None
    before = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
    server.process.send_signal(signal.SIGHUP)
    reloading = notifications.wait_for("RELOADING=1").split("\n")[1]
    assert before <= int(reloading.removeprefix("MONOTONIC_USEC=")) <= before + 10_000_000
    notifications.wait_for("READY=1")
    server.stop()
    assert notifications.wait_for("STOPPING=1") == "STOPPING=1\nSTATUS=stopping"
    notifications.drain()
    assert not any("WATCHDOG" in text for text in notifications.received)


def test_a_start_that_fails_is_not_told(prepared_server: MakeServer, told: Notifications) -> None:
    server = prepared_server(NOTIFY_SOCKET=told.name, JWKS_DATABASE="sqlite:/proc/nope/x.db")
    server.refusal()
    told.drain()
    assert told.received == []


@pytest.mark.parametrize("name", ["/nowhere/at/all", "@nobody-has-this-name"])
def test_a_manager_that_is_gone_is_a_line(server: MakeServer, name: str) -> None:
    running = server(NOTIFY_SOCKET=name, **WATCHDOG)
    running.stop()
    assert "NOTIFY_SOCKET" in running.log.read_text()


def test_a_manager_that_does_not_read_holds_nothing_up(prepared_server: MakeServer, told: Notifications) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as filler:
        filler.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            while True:
                filler.sendto(b"X=1", told.name)
    server = prepared_server(NOTIFY_SOCKET=told.name, **WATCHDOG)
    server.start()
    # Read late, it is told all the same.
    told.wait_for("READY=1")
    server.stop()


def test_the_watchdog_is_told_while_all_is_well(prepared_server: MakeServer, notifications: Notifications) -> None:
    server = prepared_server(NOTIFY_SOCKET=notifications.name, **WATCHDOG)
    server.start()
    notifications.wait_for("READY=1")
    for _ in range(5):
        notifications.wait_for("WATCHDOG=1")


@pytest.mark.parametrize("settings", [{}, WATCHDOG | {"WATCHDOG_PID": "1"}], ids=["none", "of another process"])
def test_without_a_watchdog_nothing_is_told(
    prepared_server: MakeServer, told: Notifications, settings: dict[str, str]
) -> None:
    server = prepared_server(NOTIFY_SOCKET=told.name, **settings)
    server.start()
    told.wait_for("READY=1")
    assert told.count_during(1, "WATCHDOG=1") == 0


def test_a_frozen_server_is_not_well(prepared_server: MakeServer, told: Notifications) -> None:
    server = prepared_server(NOTIFY_SOCKET=told.name, **WATCHDOG)
    server.start()
    told.wait_for("WATCHDOG=1")
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    # What was sent before the signal took hold.
    told.count_during(0.2, "WATCHDOG=1")
    assert told.count_during(1, "WATCHDOG=1") == 0
    server.process.send_signal(signal.SIGCONT)
    told.wait_for("WATCHDOG=1")


def test_a_locked_database_is_not_well_and_nothing_else_changes(
    prepared_server: MakeServer, told: Notifications
) -> None:
    server = prepared_server(NOTIFY_SOCKET=told.name, **WATCHDOG)
    server.start()
    told.wait_for("WATCHDOG=1")
    with closing(sqlite3.connect(server.database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        # A round that had begun may still end well.
        told.count_during(0.3, "WATCHDOG=1")
        deadline = time.monotonic() + 2 * TIMEOUT
        while 'does_not_answer="the database"' not in server.log.read_text():
            assert told.count_during(0.1, "WATCHDOG=1") == 0 and time.monotonic() < deadline
        assert told.count_during(1, "WATCHDOG=1") == 0
        assert len(server.client.jwks()) > 1
        connection.execute("ROLLBACK")
    told.wait_for("WATCHDOG=1")
    server.stop()
    assert "the watchdog is told again" in server.log.read_text()


def test_a_postgresql_that_is_not_well_is_no_reason_to_restart(
    node: MakeServer, empty_database: postgres.Database, told: Notifications
) -> None:
    """A restart would take the JWK Set away, which is served from memory."""
    server = node(NOTIFY_SOCKET=told.name, **WATCHDOG)
    server.start()
    told.wait_for("WATCHDOG=1")
    empty_database.psql("ALTER TABLE auth_logs RENAME TO gone")
    _until(lambda: server.client.get("/health/ready").status == 503)
    told.drain()
    for _ in range(3):
        told.wait_for("WATCHDOG=1")
    assert server.client.get("/health/ready").status == 503


def test_a_socket_that_is_handed_over(prepared_server: MakeServer, handed_over: HandedOver) -> None:
    server = prepared_server(JWKS_PORT=None)
    server.client.port = handed_over.port
    # Before the server is there: who connects waits for it.
    early = http.client.HTTPConnection("127.0.0.1", handed_over.port, timeout=TIMEOUT)
    early.request("GET", "/ping")
    handed_over.start(server)
    assert early.getresponse().status == 200
    server.wait_for("/ping")
    assert f"listening host=127.0.0.1 port={handed_over.port}" in server.log.read_text()
    server.stop()
    # Nobody's any more, but no longer refused.
    socket.create_connection(("127.0.0.1", handed_over.port), TIMEOUT).close()


def test_a_socket_of_both_families(prepared_server: MakeServer) -> None:
    with closing(HandedOver("::", family=socket.AF_INET6)) as both:
        server = prepared_server()
        server.client.port = both.port
        both.start(server)
        server.wait_for("/ping")
        with closing(http.client.HTTPConnection("::1", both.port, timeout=TIMEOUT)) as connection:
            connection.request("GET", "/ping")
            assert connection.getresponse().status == 200


@pytest.mark.parametrize("kind", ["datagram", "not listening", "unix"])
def test_a_socket_that_cannot_be_served_is_refused(prepared_server: MakeServer, kind: str, tmp_path: Path) -> None:
    family = socket.AF_UNIX if kind == "unix" else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM if kind == "datagram" else socket.SOCK_STREAM) as wrong:
        wrong.bind(str(tmp_path / "socket") if kind == "unix" else ("127.0.0.1", 0))
        if kind == "unix":
            wrong.listen()
        server = prepared_server()
        process = hand_over(wrong, server, server.log)
        assert process.wait(TIMEOUT) == CONFIGURATION_ERROR
    assert "ListenStream=" in server.log.read_text()
    assert not server.database.exists()


def test_restarts_lose_no_connection(
    prepared_server: MakeServer, handed_over: HandedOver, report: Callable[[str], None]
) -> None:
    server = prepared_server(JWKS_RATE_LIMIT="0", JWKS_HASH_DEADLINE="60s")
    server.client.port = handed_over.port
    handed_over.start(server)
    server.wait_for("/ping")
    password = server.client.new_user("patient")
    requests = [login_request("patient", password), *[None] * 3]
    answered, wrong, over = [0] * CALLERS, [], threading.Event()

    def call(caller: int) -> None:
        while not over.is_set():
            request = requests[(answered[caller] + caller) % len(requests)]
            try:
                connection = http.client.HTTPConnection("127.0.0.1", handed_over.port, timeout=4 * TIMEOUT)
                with closing(connection):
                    if request:
                        status = send(connection, request).status
                    else:
                        connection.request("GET", "/.well-known/jwks.json")
                        status = connection.getresponse().status
                if status != 200:
                    wrong.append(status)
            except (OSError, http.client.HTTPException) as error:
                wrong.append(repr(error))
            answered[caller] += 1

    threads = [threading.Thread(target=call, args=(caller,)) for caller in range(CALLERS)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(RESTARTS):
            before = sum(answered)
            _until(lambda: sum(answered) >= before + 4 * CALLERS)
            server.stop()
            handed_over.start(server)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    report(f"{RESTARTS} restarts under {CALLERS} callers: {sum(answered)} requests, {len(wrong)} lost")
    assert wrong == []
    server.wait_for("/ping")


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 4 * TIMEOUT
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)

"""Connections that cost: too many, never reading, pipelining without end; and what becomes of them at a stop."""

import select
import signal
import socket
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from support.client import JWKS_PATH, TIMEOUT, Client, login_request
from support.server import MakeServer, Server

FAST = f"GET {JWKS_PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
ORDINARY = b"GET /ping?x HTTP/1.1\r\nHost: localhost\r\n\r\n"
LAST = b"GET /ping?x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"


def connect(server: Server) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), TIMEOUT)


def status_of(server: Server, field: str) -> int:
    """A number of kB in /proc/PID/status, in MB."""
    assert server.process is not None
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(field + ":"))


def cpu_seconds(server: Server) -> float:
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def waits_for_ping(port: int, seconds: float) -> list[float]:
    """How long each answer took that was asked for on a connection of its own."""
    waits = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        begin = time.monotonic()
        assert Client(port).get("/ping").status == 200
        waits.append(time.monotonic() - begin)
        time.sleep(0.05)
    return waits


def flood(connection: socket.socket, requests: bytes, limit: int) -> int:
    """Sends as much as the server takes, without waiting."""
    connection.setblocking(False)
    sent = 0
    while sent < limit:
        try:
            sent += connection.send(memoryview(requests)[sent % len(requests) :])
        except BlockingIOError:
            break
    return sent


@pytest.mark.parametrize("request_", [FAST, ORDINARY], ids=["fast path", "ordinary path"])
def test_callers_who_pipeline_without_end(server: MakeServer, request_: bytes, report) -> None:  # type: ignore[no-untyped-def]
    """Requests without end on many connections, whose answers are read: others are served, and memory is bounded."""
    running = server()
    before = status_of(running, "VmRSS")
    requests = request_ * 2_000
    with ExitStack() as stack:
        connections = [stack.enter_context(closing(connect(running))) for _ in range(200)]
        places = {connection.fileno(): 0 for connection in connections}
        for connection in connections:
            connection.setblocking(False)
        end = time.monotonic() + 5
        # In a process of its own: this one is busy.
        with ProcessPoolExecutor(1) as processes:
            probing = processes.submit(waits_for_ping, running.port, 5)
            while time.monotonic() < end:
                readable, writable, _ = select.select(connections, connections, [], 0.1)
                for connection in readable:
                    assert connection.recv(1 << 18)
                for connection in writable:
                    place = places[connection.fileno()]
                    rest = memoryview(requests)[place % len(requests) :]
                    places[connection.fileno()] += connection.send(rest)
            waits = probing.result()
        highest = status_of(running, "VmHWM")
    report(
        f"200 who pipeline {request_[:12]!r}: {sum(places.values()) // len(request_)} requests taken, /ping at worst "
        f"{max(waits):.3f} s of {len(waits)}, {before} -> {highest} MB"
    )
    # The server before: 10 s and more. A debug build on a busy machine needs some seconds.
    assert max(waits) < 8
    assert highest - before < 100


# Until a debug build has filled the system's buffers with answers of the routes takes its time.
@pytest.mark.parametrize(("request_", "callers"), [(FAST, 80), (ORDINARY, 10)], ids=["fast path", "ordinary path"])
def test_callers_who_never_read(server: MakeServer, request_: bytes, callers: int, report) -> None:  # type: ignore[no-untyped-def]
    running = server()
    before, idle = status_of(running, "VmRSS"), open_descriptors(running) + 2
    with ExitStack() as stack:
        connections = []
        for _ in range(callers):
            connection = stack.enter_context(closing(socket.socket()))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            connection.connect(("127.0.0.1", running.port))
            connections.append(connection)
        for _ in range(10):
            for connection in connections:
                flood(connection, request_ * 4_000, 1 << 20)
            time.sleep(0.1)
        # Half of them say that they are done.
        for connection in connections[::2]:
            connection.shutdown(socket.SHUT_WR)
        assert running.client.get("/ping").status == 200
        highest = status_of(running, "VmHWM")
        open_at = time.monotonic()
        while open_descriptors(running) > idle and time.monotonic() < open_at + 60:
            time.sleep(0.5)
        lasted = time.monotonic() - open_at
        assert open_descriptors(running) <= idle
    after = status_of(running, "VmRSS")
    report(f"{callers} who never read {request_[:12]!r}: {before} -> {highest} -> {after} MB, closed after {lasted:.0f} s")
    assert highest - before < 80
    assert after - before < 60


def open_descriptors(server: Server) -> int:
    assert server.process is not None
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


def test_descriptors_used_up(prepared_server: MakeServer, report) -> None:  # type: ignore[no-untyped-def]
    """The limit of open files is reached: nothing ends, nothing spins, and newcomers get the places of the idle."""
    running = prepared_server(JWKS_RATE_LIMIT="0", JWKS_CONNECTIONS_PER_ADDRESS="0")
    limited = ["prlimit", "--nofile=200:200", str(running.binary)]
    wrapper = running.directory / "limited"
    wrapper.write_text("#!/bin/sh\nexec " + " ".join(limited) + ' "$@"\n')
    wrapper.chmod(0o700)
    running.binary = wrapper
    running.start()
    kept = running.client.connect()
    kept.request("GET", JWKS_PATH)
    assert kept.getresponse().read()
    with ExitStack() as stack:
        for _ in range(400):
            stack.enter_context(closing(connect(running)))
        begin = (time.monotonic(), cpu_seconds(running))
        while time.monotonic() < begin[0] + 4:
            # Whoever is there is answered.
            kept.request("GET", JWKS_PATH)
            assert kept.getresponse().read()
            time.sleep(0.1)
        spent = cpu_seconds(running) - begin[1]
        assert running.process is not None and running.process.poll() is None
        assert spent < 2, spent
        # A newcomer gets the place of one who has been idle for longest.
        begin_login = time.monotonic()
        with closing(running.client.connect()) as newcomer:
            # Behind 264 who are idle as well: those who came first have to be so for two looks at the deadlines.
            newcomer.sock.settimeout(6 * TIMEOUT)
            request = login_request("nobody", "wrong")
            newcomer.request(request.method, request.path, request.body, request.headers)
            assert newcomer.getresponse().status == 401
        waited = time.monotonic() - begin_login
    deadline = time.monotonic() + TIMEOUT
    while open_descriptors(running) > 60 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert running.client.get("/ping").status == 200
    report(f"400 idle connections, 200 descriptors: {spent:.2f} s CPU in 4 s, a newcomer's login after {waited:.1f} s")
    log = running.log.read_text()
    assert log.count("no more connections") == 1, log
    assert log.count("there is room for connections again") == 1, log


@pytest.mark.alone
@pytest.mark.parametrize("kind", ["document", "ordinary", "login"])
def test_callers_on_open_connections_at_a_stop(server: MakeServer, kind: str, report) -> None:  # type: ignore[no-untyped-def]
    """60 callers, each on a connection that stays open: every request that was sent is answered."""
    running = server(JWKS_RATE_LIMIT="0", JWKS_ARGON2_MEMORY="8192")
    running.create_user("alice", "right password")
    login = login_request("alice", "right password")
    callers = 60

    def call(number: int) -> str:
        connection = running.client.connect()
        while True:
            # Closed before the request is sent: a client opens another, and nothing is lost.
            if connection.sock and select.select([connection.sock], [], [], 0)[0]:
                return "closed" if connection.sock.recv(1) == b"" else "noise"
            if kind == "login":
                connection.request(login.method, login.path, login.body, login.headers)
            else:
                connection.request("GET", JWKS_PATH if kind == "document" else "/ping?x")
            answer = connection.getresponse()
            assert answer.read() and answer.status in (200, 503)
            if answer.getheader("Connection") == "close":
                return "answered"
            time.sleep(0.02 * (number % 5))

    with ThreadPoolExecutor(callers) as threads:
        calls = [threads.submit(call, number) for number in range(callers)]
        time.sleep(1)
        begin = time.monotonic()
        running.stop()
        took = time.monotonic() - begin
        errors = [repr(one.exception()) for one in calls if one.exception()]
        ends = [one.result() for one in calls if not one.exception()]
    report(
        f"{callers} callers ({kind}) and a stop: {ends.count('answered')} answered with close, "
        f"{ends.count('closed')} closed before, {len(errors)} lost; it took {took:.2f} s"
    )
    assert not errors
    assert set(ends) <= {"answered", "closed"}
    assert took < 5


@pytest.mark.alone
def test_a_stop_without_callers_is_at_once(server: MakeServer) -> None:
    running = server()
    begin = time.monotonic()
    running.stop()
    assert time.monotonic() - begin < 1


@pytest.mark.alone
def test_half_a_body_holds_a_stop_for_a_moment(server: MakeServer) -> None:
    running = server()
    with closing(connect(running)) as connection:
        connection.sendall(b"POST /auth HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
        assert running.client.get("/ping").status == 200
        begin = time.monotonic()
        running.stop()
        assert time.monotonic() - begin < 2.5


def test_a_body_that_drips_is_cut_off(server: MakeServer) -> None:
    running = server()
    with closing(connect(running)) as connection:
        connection.sendall(
            b"POST /auth HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
        )
        begin = time.monotonic()
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            while time.monotonic() < begin + 25:
                connection.sendall(b" ")
                time.sleep(0.5)
        # 10 s, and the clock is looked at every 5 s.
        assert 9 < time.monotonic() - begin < 20


def test_requests_before_the_end_of_the_input_are_all_answered(unlimited: Server) -> None:
    """Who sends many requests at once and closes its side is not forgotten behind the first few."""
    for request, count in ((ORDINARY, 300), (FAST, 300)):
        with closing(connect(unlimited)) as connection:
            connection.sendall(request * count)
            connection.shutdown(socket.SHUT_WR)
            answers = b""
            while part := connection.recv(1 << 16):
                answers += part
        assert answers.count(b"HTTP/1.1 200 OK") == count


@pytest.mark.parametrize("request_", [FAST, ORDINARY], ids=["fast path", "ordinary path"])
def test_the_end_of_the_input_takes_no_answer_away_from_a_slow_reader(unlimited: Server, request_: bytes) -> None:
    """As above, by a client that takes its answers slower than they come."""
    count = 2_000
    with closing(socket.socket()) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(TIMEOUT)
        connection.connect(("127.0.0.1", unlimited.port))
        unsent = memoryview(request_ * count)
        answers = 0
        rest = b""
        while True:
            readable, writable, _ = select.select([connection], [connection] if unsent else [], [], TIMEOUT)
            assert readable or writable
            if writable:
                unsent = unsent[connection.send(unsent) :]
                if not unsent:
                    connection.shutdown(socket.SHUT_WR)
            if readable:
                part = connection.recv(1 << 12)
                if not part:
                    break
                time.sleep(0.001)
                rest += part
                answers += rest.count(b"HTTP/1.1 200 OK")
                rest = rest[-len(b"HTTP/1.1 200 O") :]
    assert answers == count

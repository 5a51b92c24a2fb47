"""What holds for connections holds inside TLS: deadlines, order, ends, bounded memory."""

import select
import socket
import ssl
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from support.certificates import Pair, make_pair, trusting
from support.client import JWKS_PATH, TIMEOUT
from support.server import MakeServer, Server

FAST = f"GET {JWKS_PATH} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
ORDINARY = b"GET /ping?x HTTP/1.1\r\nHost: localhost\r\n\r\n"
BODY = b"POST /auth HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
# A handshake's record that announces 512 bytes and brings none.
HALF_A_HANDSHAKE = b"\x16\x03\x01\x02\x00\x01"
# The deadlines of ConnectionState, looked at every 5 s, and some time for a busy machine.
SLACK = 12


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), TIMEOUT)


def encrypted(port: int, context: ssl.SSLContext) -> ssl.SSLSocket:
    return context.wrap_socket(connect(port), server_hostname="localhost")


def memory_of(server: Server) -> int:
    """Resident, in kB."""
    assert server.process is not None
    lines = Path(f"/proc/{server.process.pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def memory_at_rest(server: Server) -> int:
    """As soon as a second passes without a change: what only the start needed is given back some seconds after it."""
    deadline = time.monotonic() + TIMEOUT
    given_back = time.monotonic() + 4
    last = memory_of(server)
    while time.monotonic() < deadline:
        time.sleep(1)
        now = memory_of(server)
        if now == last and time.monotonic() > given_back:
            break
        last = now
    return last


def descriptors_of(server: Server) -> int:
    assert server.process is not None
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    return make_pair(tmp_path)


def until_closed(connection: socket.socket, drip: bytes, limit: float) -> float:
    """Sends a byte every half a second: how many seconds the server puts up with it."""
    begin = time.monotonic()
    connection.settimeout(limit)
    while time.monotonic() < begin + limit:
        if select.select([connection], [], [], 0.5)[0]:
            try:
                if not connection.recv(1 << 16):
                    break
            except ssl.SSLWantReadError:
                continue
            except (ConnectionError, ssl.SSLError):
                break
        try:
            connection.sendall(drip)
        except (ConnectionError, ssl.SSLError):
            break
    return time.monotonic() - begin


def test_deadlines(server: MakeServer, pair: Pair, report) -> None:  # type: ignore[no-untyped-def]
    """A handshake, a head and a body that never end, a connection that says nothing, one that never reads."""
    running = server(JWKS_RATE_LIMIT="0", **pair.settings)
    context = trusting(pair)

    def slow(beginning: bytes, drip: bytes, is_encrypted: bool, limit: float) -> float:
        with closing(encrypted(running.port, context) if is_encrypted else connect(running.port)) as connection:
            connection.sendall(beginning)
            return until_closed(connection, drip, limit)

    def never_reading() -> float:
        with closing(connect(running.port)) as tcp:
            tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            with context.wrap_socket(tcp, server_hostname="localhost") as tls:
                tls.setblocking(False)
                begin = time.monotonic()
                while time.monotonic() < begin + 60:
                    try:
                        tls.send(FAST * 200)
                    except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
                        time.sleep(0.2)
                    except (ConnectionError, ssl.SSLError):
                        break
                return time.monotonic() - begin

    cases: dict[str, tuple[Callable[[], float], float, float]] = {
        "half a handshake": (lambda: slow(HALF_A_HANDSHAKE, b"", False, 90), 60, 60),
        "a handshake that drips": (lambda: slow(HALF_A_HANDSHAKE, b"\x00", False, 90), 60, 60),
        "nothing before the handshake": (lambda: slow(b"", b"", False, 90), 60, 60),
        "nothing after the handshake": (lambda: slow(b"", b"", True, 90), 60, 60),
        "half a head": (lambda: slow(FAST[:-4] + b"\r\nX-Part: ", b"", True, 90), 60, 60),
        "a head that drips": (lambda: slow(FAST[:-4] + b"\r\nX-Part: ", b"x", True, 90), 60, 60),
        "a body that drips": (lambda: slow(BODY, b" ", True, 40), 10, 10),
        # The buffers of both sides are filled first.
        "never reading": (never_reading, 10, 20),
    }
    with ThreadPoolExecutor(len(cases)) as threads:
        lasted = {name: threads.submit(case[0]) for name, case in cases.items()}
        took = {name: one.result() for name, one in lasted.items()}
    report("inside TLS, closed after: " + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in took.items()))
    for name, (_, least, most) in cases.items():
        assert least - 1 <= took[name] <= most + SLACK, (name, took)
    assert running.client.get("/ping").status == 200


@pytest.mark.parametrize("end", ["close_notify", "end of the stream"])
@pytest.mark.parametrize(("request_", "count"), [(FAST, 1_000), (ORDINARY, 300)], ids=["fast path", "ordinary path"])
def test_requests_before_the_end_of_the_input_are_all_answered(
    server: MakeServer, pair: Pair, end: str, request_: bytes, count: int
) -> None:
    """Who sends many requests at once and ends its side gets every answer, however slowly it takes them."""
    running = server(**pair.settings)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = trusting(pair).wrap_bio(incoming, outgoing, server_hostname="localhost")
    with closing(socket.socket()) as tcp:
        tcp.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        tcp.settimeout(TIMEOUT)
        tcp.connect(("127.0.0.1", running.port))
        while True:
            try:
                tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                tcp.sendall(outgoing.read())
                incoming.write(tcp.recv(1 << 16))
        # The server reads no further while answers wait; so the requests go beside the reading.
        tls.write(request_ * count)
        if end == "close_notify":
            with pytest.raises(ssl.SSLWantReadError):
                tls.unwrap()
        unsent = memoryview(outgoing.read())
        answers, has_ended = b"", False
        while True:
            readable, writable, _ = select.select([tcp], [tcp] if unsent else [], [], TIMEOUT)
            assert readable or writable
            if writable:
                unsent = unsent[tcp.send(unsent[:16_384]) :]
                if not unsent:
                    tcp.shutdown(socket.SHUT_WR)
            if readable:
                part = tcp.recv(1 << 12)
                if not part:
                    break
                time.sleep(0.001)
                incoming.write(part)
                try:
                    while plain := tls.read(1 << 16):
                        answers += plain
                    has_ended = True
                except ssl.SSLWantReadError:
                    pass
                except ssl.SSLZeroReturnError:
                    has_ended = True
    assert answers.count(b"HTTP/1.1 200 OK") == count
    # The end is said, so that nobody else can cut the answers short.
    assert has_ended


def test_answers_are_those_of_a_port_without_tls(server: MakeServer, pair: Pair) -> None:
    """One server after another on the same database: the same documents, to the byte but for the date."""
    running = server(**pair.settings)
    requests = [f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode() for path in ("/ping", JWKS_PATH, "/", "/nothing")]
    with closing(encrypted(running.port, trusting(pair))) as tls:
        tls.sendall(b"".join(requests[:-1]) + requests[-1][:-2] + b"Connection: close\r\n\r\n")
        inside = b""
        while part := tls.recv(1 << 16):
            inside += part
    running.stop()
    plain = server(in_directory=running.directory)
    with closing(connect(plain.port)) as tcp:
        tcp.sendall(b"".join(requests[:-1]) + requests[-1][:-2] + b"Connection: close\r\n\r\n")
        outside = b""
        while part := tcp.recv(1 << 16):
            outside += part

    def lasting(answers: bytes) -> list[bytes]:
        changing = (b"date:", b"x-request-id:", b"cache-control: public, max-age")
        return [line for line in answers.split(b"\r\n") if not line.lower().startswith(changing)]

    assert lasting(inside) == lasting(outside)
    assert inside.count(b"HTTP/1.1") == len(requests)


def test_no_socket_is_left_behind(server: MakeServer, pair: Pair) -> None:
    """Clients that close without a word, as Python's do, and those that say close_notify: the server waits for neither."""
    running = server(**pair.settings)
    context = trusting(pair)
    idle = descriptors_of(running)
    last = FAST[:-2] + b"Connection: close\r\n\r\n"
    for _ in range(200):
        with closing(encrypted(running.port, context)) as tls:
            tls.sendall(last)
            while tls.recv(1 << 16):
                pass
    for _ in range(100):
        with closing(running.client.connect()) as connection:
            connection.request("GET", JWKS_PATH)
            assert connection.getresponse().read()
            # Waits for the server's close_notify.
            connection.sock.unwrap().close()
    deadline = time.monotonic() + 0.5
    while descriptors_of(running) > idle + 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert descriptors_of(running) <= idle + 2


@pytest.mark.alone
def test_a_stop_answers_what_was_asked_and_waits_for_no_handshake(server: MakeServer, pair: Pair) -> None:
    running = server(JWKS_RATE_LIMIT="0", **pair.settings)
    callers = 30

    def call(number: int) -> str:
        connection = running.client.connect()
        while True:
            if select.select([connection.sock], [], [], 0)[0]:
                try:
                    return "closed" if connection.sock.recv(1) == b"" else "noise"
                except ssl.SSLWantReadError:
                    pass
            connection.request("GET", JWKS_PATH if number % 2 else "/ping?x")
            answer = connection.getresponse()
            assert answer.read() and answer.status == 200
            if answer.getheader("Connection") == "close":
                return "answered"
            time.sleep(0.02 * (number % 5))

    with ExitStack() as stack, ThreadPoolExecutor(callers) as threads:
        for beginning in (b"", HALF_A_HANDSHAKE):
            stack.enter_context(closing(connect(running.port))).sendall(beginning)
        calls = [threads.submit(call, number) for number in range(callers)]
        time.sleep(1)
        begin = time.monotonic()
        running.stop()
        took = time.monotonic() - begin
        ends = {one.result() for one in calls}
    assert ends <= {"answered", "closed"}
    assert took < 2.5, took


def test_what_a_connection_costs(server: MakeServer, pair: Pair, report) -> None:  # type: ignore[no-untyped-def]
    context = trusting(pair)
    count = 400

    def asked(port: int) -> socket.socket:
        tls = encrypted(port, context)
        tls.sendall(FAST)
        assert tls.recv(1 << 16).startswith(b"HTTP/1.1 200")
        return tls

    def cost(prepare: Callable[[int], socket.socket]) -> float:
        # Of its own: what earlier connections leave behind is used again.
        running = server(JWKS_CONNECTIONS_PER_ADDRESS="0", **pair.settings)
        with ExitStack() as stack:
            for _ in range(50):
                stack.enter_context(closing(prepare(running.port)))
            before = memory_at_rest(running)
            for _ in range(count):
                stack.enter_context(closing(prepare(running.port)))
            return (memory_of(running) - before) / count

    costs = {
        "connected alone": cost(connect),
        "after the handshake": cost(lambda port: encrypted(port, context)),
        "after an answer": cost(asked),
    }
    report("a TLS connection costs: " + ", ".join(f"{name} {kilobytes:.1f} kB" for name, kilobytes in costs.items()))
    assert costs["after an answer"] < 200

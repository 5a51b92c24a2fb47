"""(i): from starting the process to its first answers."""

import signal
import socket
import time

from context import Bench
from load import ToolFailed
from support.client import JWKS_PATH
from support.server import Server
from table import Bar, Row

DEADLINE = 10
PAUSE = 0.0003


def starts(bench: Bench) -> list[Row]:
    """Ten times (--quick: three): a start in an empty directory, then, after a rest and a clean stop, another in the
    same directory. Measured from before the process is made to the first 200 from /ping and then from the JWK Set,
    asked for every 0.3 ms over a new connection. The program's file is in the system's cache: one start goes before."""
    ping: dict[str, list[float]] = {"empty": [], "existing": []}
    jwk_set: dict[str, list[float]] = {"empty": [], "existing": []}
    for number in range(-1, 3 if bench.is_quick else 10):
        server = bench.new_server("start")
        for kind in ("empty", "existing"):
            begun = time.perf_counter()
            server.spawn()
            try:
                answered = [_first_answer(server, path) - begun for path in ("/ping", JWKS_PATH)]
                _rest(server)
            finally:
                code = server.end(signal.SIGTERM)
            if code != 0:
                raise ToolFailed(f"the server ended with exit code {code}")
            if number >= 0:
                ping[kind].append(1000 * answered[0])
                jwk_set[kind].append(1000 * answered[1])
    bars = {"empty": Bar("value", 500, 300, most=True), "existing": Bar("value", 100, 50, most=True)}
    names = {"empty": "start in an empty directory", "existing": "start on an existing database"}
    return [
        row
        for kind, name in names.items()
        for row in (
            Row("i", f"{name}, /ping", "ms", ping[kind]),
            Row("i", f"{name}, JWK Set", "ms", jwk_set[kind], bars=[bars[kind]]),
        )
    ]


def _first_answer(server: Server, path: str) -> float:
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
    deadline = time.perf_counter() + DEADLINE
    while time.perf_counter() < deadline:
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=DEADLINE) as connection:
                connection.sendall(request)
                if connection.recv(4096).startswith(b"HTTP/1.1 200 "):
                    return time.perf_counter()
        except OSError:
            pass
        time.sleep(PAUSE)
    raise ToolFailed(f"no answer from {path} within {DEADLINE} s")


def _rest(server: Server) -> None:
    """A first start makes two more keys while it already answers."""
    deadline = time.perf_counter() + DEADLINE
    while len(server.client.jwks()) < 2 and time.perf_counter() < deadline:
        time.sleep(0.01)

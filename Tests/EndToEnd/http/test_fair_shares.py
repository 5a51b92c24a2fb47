"""A flood of wrong logins from many addresses, at several times what can be hashed: who is known still gets in."""

import random
import socket
import threading
import time
from collections.abc import Callable

import pytest

from support.client import login_request, send
from support.server import MakeServer

# With one hashing thread some 80 logins a second can be hashed.
ATTEMPTS_A_SECOND = 300
TRIES = 100


def address() -> str:
    """Of 127.0.0.0/8, and not the one that everybody has."""
    return f"127.{random.randrange(1, 255)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def wrong_login(forwarded: str | None) -> bytes:
    body = b'{"username":"victim","password":"wrong"}'
    field = f"X-Forwarded-For: {forwarded}\r\n" if forwarded else ""
    head = f"POST /auth HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{field}\r\n"
    return head.encode() + body


class Flood(threading.Thread):
    """Sends at a constant rate and reads no answer; a connection is closed three seconds after it was made."""

    def __init__(self, port: int, through_proxy: bool) -> None:
        super().__init__()
        self.port = port
        self.through_proxy = through_proxy
        self.addresses = [address() for _ in range(5_000)]
        self.over = threading.Event()
        self.sent = 0

    def run(self) -> None:
        open_sockets: list[tuple[float, socket.socket]] = []
        begun = time.monotonic()
        while not self.over.is_set():
            while self.sent < (time.monotonic() - begun) * ATTEMPTS_A_SECOND:
                source = "127.0.0.1" if self.through_proxy else random.choice(self.addresses)
                anyone = socket.inet_ntoa(random.randbytes(4)) if self.through_proxy else None
                connection = socket.create_connection(("127.0.0.1", self.port), 5, (source, 0))
                connection.sendall(wrong_login(anyone))
                open_sockets.append((time.monotonic(), connection))
                self.sent += 1
            while open_sockets and open_sockets[0][0] < time.monotonic() - 3:
                open_sockets.pop(0)[1].close()
            time.sleep(0.002)
        for _, connection in open_sockets:
            connection.close()


@pytest.mark.parametrize("through_proxy", [False, True], ids=["5,000 addresses of 127.0.0.0/8", "all of IPv4"])
def test_a_quiet_user_gets_in_through_a_flood(
    server: MakeServer, report: Callable[[str], None], through_proxy: bool
) -> None:
    running = server(JWKS_HASH_THREADS="1", JWKS_RATE_LIMIT="100", JWKS_TRUSTED_PROXIES="127.0.0.1")
    password = running.client.new_user("quiet")
    assert running.client.login("quiet", password).status == 200

    flood = Flood(running.port, through_proxy)
    flood.start()
    try:
        # Until the queue is full.
        time.sleep(3)
        statuses, took = [], []
        connection = running.client.connect()
        for _ in range(TRIES):
            begun = time.monotonic()
            statuses.append(send(connection, login_request("quiet", password)).status)
            took.append(time.monotonic() - begun)
            time.sleep(0.02)
        connection.close()
    finally:
        flood.over.set()
        flood.join()
    took.sort()
    refused = TRIES - statuses.count(200)
    report(f"quiet user: {refused} of {TRIES} refused, median {took[50]:.3f} s, p99 {took[98]:.3f} s, {flood.sent} sent")
    assert refused == 0
    assert took[98] < 1

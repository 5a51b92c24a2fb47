"""Wrong logins from many addresses, at a constant rate, from somebody who waits for no answer."""

import json
import random
import socket
import threading
import time
from collections.abc import Callable

# As long as whoever floods keeps a connection.
KEPT = 3


def address() -> str:
    """Of 127.0.0.0/8, and not the one that everybody has."""
    return f"127.{random.randrange(1, 255)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def anywhere() -> str:
    """Of all of IPv4."""
    return socket.inet_ntoa(random.randbytes(4))


def wrong_login(username: str, forwarded: str | None) -> bytes:
    body = json.dumps({"username": username, "password": "wrong"}).encode()
    field = f"X-Forwarded-For: {forwarded}\r\n" if forwarded else ""
    head = f"POST /auth HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n{field}\r\n"
    return head.encode() + body


class Flood(threading.Thread):
    """As a context: runs for as long as it lasts."""

    def __init__(self, port: int, rate: float, username: Callable[[], str], addresses: int | None) -> None:
        """`addresses`: so many of 127.0.0.0/8, as peers; None for all of IPv4, in the name of a proxy at 127.0.0.1."""
        super().__init__()
        self.port = port
        self.rate = rate
        self.username = username
        self.addresses = addresses and [address() for _ in range(addresses)]
        self.over = threading.Event()
        self.sent = 0

    def run(self) -> None:
        open_sockets: list[tuple[float, socket.socket]] = []
        begun = time.monotonic()
        while not self.over.is_set():
            while self.sent < (time.monotonic() - begun) * self.rate:
                source = random.choice(self.addresses) if self.addresses else "127.0.0.1"
                connection = socket.create_connection(("127.0.0.1", self.port), 5, (source, 0))
                connection.sendall(wrong_login(self.username(), None if self.addresses else anywhere()))
                open_sockets.append((time.monotonic(), connection))
                self.sent += 1
            while open_sockets and open_sockets[0][0] < time.monotonic() - KEPT:
                open_sockets.pop(0)[1].close()
            time.sleep(0.002)
        for _, connection in open_sockets:
            connection.close()

    def __enter__(self) -> "Flood":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join()

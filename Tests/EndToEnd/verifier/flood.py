"""Tokens of keys that nobody has, by the thousand: how often does a service ask the issuer for its keys?"""

import http.server
import json
import secrets
import socket
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from support.client import JWKS_PATH, Client
from support.server import DEADLINE
from verifier.service import Service

SECONDS = 60
AT_ONCE = 50


@dataclass
class Flood:
    sent: int = 0
    seconds: float = 0
    fetches: int = 0
    failures: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.sent} tokens with random kids in {self.seconds:.0f} s: {self.fetches} requests for the JWK Set"


@contextmanager
def counted(client: Client) -> Iterator[tuple[str, list[float]]]:
    """An issuer's URL that answers with the JWK Set of the server that `client` asks, and when it was asked."""
    asked: list[float] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(time.monotonic())
            answer = client.get(JWKS_PATH)
            body = json.dumps(answer.json()).encode()
            self.send_response(answer.status)
            self.send_header("Cache-Control", answer.headers["Cache-Control"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def flood(client: Client, directory: Path, tokens: int) -> Flood:
    """Sends so many to a service with the library's own options, spread over a minute. Each has to be refused with 401."""
    result = Flood()
    with counted(client) as (issuer, asked):
        service = Service(issuer, directory, 9)
        service.start()
        try:
            first = len(asked)
            begin = time.monotonic()
            with socket.create_connection(("127.0.0.1", service.port), timeout=DEADLINE) as connection:
                answers = connection.makefile("rb")
                while result.sent < tokens and time.monotonic() < begin + SECONDS:
                    connection.sendall(b"".join(request() for _ in range(AT_ONCE)))
                    statuses = [status(answers) for _ in range(AT_ONCE)]
                    result.sent += AT_ONCE
                    if set(statuses) != {401}:
                        result.failures.append(f"a token of no key was answered {set(statuses)}")
                        break
                    ahead = begin + SECONDS * result.sent / tokens - time.monotonic()
                    time.sleep(max(0, ahead))
            result.seconds = time.monotonic() - begin
            # The first, at its start, is none of the flood's; that a set is renewed in time is.
            result.fetches = len(asked) - first
        finally:
            service.stop()
    if result.sent < tokens:
        result.failures.append(f"only {result.sent} of {tokens} tokens were sent in {SECONDS} s")
    if result.fetches > 3:
        result.failures.append(f"{result.fetches} requests for the JWK Set within a minute")
    return result


def request() -> bytes:
    header = json.dumps({"alg": "RS256", "kid": secrets.token_hex(8), "typ": "at+jwt"}).encode()
    token = b".".join([urlsafe_b64encode(header).rstrip(b"="), b"e30", b"AAAA"])
    return b"GET /notes HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token + b"\r\n\r\n"


def status(answers: BinaryIO) -> int:
    line = answers.readline()
    length = 0
    while (line_of_header := answers.readline().strip()) != b"":
        name, _, value = line_of_header.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    answers.read(length)
    return int(line.split()[1])

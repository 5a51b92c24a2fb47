"""A client's back-channel logout endpoint: it keeps what it is told, and answers what a test says."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt

from support.provider import Provider

EVENT = "http://schemas.openid.net/event/backchannel-logout"
# OpenID Connect Back-Channel Logout 1.0 §2.4.
LONGEST_LIFE = 120


@dataclass(frozen=True)
class Told:
    path: str
    content_type: str
    body: str = field(repr=False)

    @property
    def token(self) -> str:
        fields = parse_qs(self.body, strict_parsing=True)
        assert list(fields) == ["logout_token"] and len(fields["logout_token"]) == 1, list(fields)
        return fields["logout_token"][0]


class Receiver:
    def __init__(self, port: int) -> None:
        self.port = port
        self.status = 200
        self.location: str | None = None
        self.told: list[Told] = []
        # Requests that have come, answered or not.
        self.came = 0
        # Until it is set, nobody is answered.
        self.answers = threading.Event()
        self.answers.set()

    @property
    def uri(self) -> str:
        return f"http://127.0.0.1:{self.port}/end"

    def of(self, path: str) -> list[Told]:
        return [each for each in self.told if each.path == path]


@contextmanager
def receiving() -> Iterator[Receiver]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # noqa: N802 - the name is the library's
            receiver.came += 1
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            receiver.answers.wait(60)
            receiver.told.append(Told(self.path, self.headers["Content-Type"], body))
            try:
                self.send_response(receiver.status)
                if receiver.location:
                    self.send_header("Location", receiver.location)
                self.send_header("Content-Length", "0")
                self.end_headers()
            except OSError:
                # Who asked has not waited.
                pass

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 128

    with Server(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield receiver
        finally:
            receiver.answers.set()
            server.shutdown()


def verified(told: Told, provider: Provider, client_id: str) -> dict[str, Any]:
    """The claims of a logout token as a client checks them: §2.6."""
    assert told.content_type == "application/x-www-form-urlencoded"
    header = jwt.get_unverified_header(told.token)
    assert header == {"alg": "RS256", "kid": header["kid"], "typ": "logout+jwt"}
    [key] = [key for key in provider.http.jwks() if key["kid"] == header["kid"]]
    claims: dict[str, Any] = jwt.decode(
        told.token, jwt.PyJWK(key), algorithms=["RS256"], audience=client_id, issuer=provider.issuer, leeway=5
    )
    assert set(claims) == {"iss", "sub", "aud", "iat", "exp", "jti", "sid", "events"}
    assert claims["events"] == {EVENT: {}} and claims["aud"] == client_id
    assert 0 < claims["exp"] - claims["iat"] <= LONGEST_LIFE
    return claims

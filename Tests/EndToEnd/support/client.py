"""HTTP as an ordinary client speaks it: http.client and the requests that most tests make."""

import http.client
import json
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

TIMEOUT = 10
JWKS_PATH = "/.well-known/jwks.json"
# What a client meets when the server is not there, or goes away in the middle.
NO_ANSWER = (OSError, http.client.HTTPException)
JSON_TYPE = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    body: bytes | None
    headers: dict[str, str]


@dataclass(frozen=True)
class Response:
    status: int
    headers: http.client.HTTPMessage = field(repr=False)
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    def lasting_headers(self) -> list[tuple[str, str]]:
        """Every header except those that change by the second and by the request."""
        changing = ("date", "x-request-id")
        return sorted((name.lower(), value) for name, value in self.headers.items() if name.lower() not in changing)


def post_json(path: str, value: Any, headers: dict[str, str] | None = None) -> Request:
    return Request("POST", path, json.dumps(value).encode(), JSON_TYPE | (headers or {}))


def login_request(username: str, password: str, headers: dict[str, str] | None = None) -> Request:
    return post_json("/auth", {"username": username, "password": password}, headers)


def send(connection: http.client.HTTPConnection, request: Request) -> Response:
    connection.request(request.method, request.path, request.body, request.headers)
    answer = connection.getresponse()
    return Response(answer.status, answer.headers, answer.read())


class Client:
    """One connection per request; a test that wants to keep one open takes it from `connect`."""

    def __init__(self, port: int, tls: ssl.SSLContext | None = None) -> None:
        self.port = port
        self.tls = tls

    def connect(self) -> http.client.HTTPConnection:
        connection = (
            http.client.HTTPSConnection("127.0.0.1", self.port, timeout=TIMEOUT, context=self.tls)
            if self.tls
            else http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT)
        )
        connection.connect()
        return connection

    def send(self, request: Request) -> Response:
        connection = self.connect()
        try:
            return send(connection, request)
        finally:
            connection.close()

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Response:
        return self.send(Request(method, path, body, headers or {}))

    def get(self, path: str, headers: dict[str, str] | None = None) -> Response:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, value: Any, headers: dict[str, str] | None = None) -> Response:
        return self.send(post_json(path, value, headers))

    def register(self, username: str, email: str | None = None) -> Response:
        return self.post("/register", {"username": username} | ({"email": email} if email else {}))

    def new_user(self, username: str, email: str | None = None) -> str:
        """Registers a user and returns the password."""
        answer = self.register(username, email)
        assert answer.status == 201, answer
        return answer.json()["password"]

    def login(self, username: str, password: str, headers: dict[str, str] | None = None) -> Response:
        return self.send(login_request(username, password, headers))

    def token(self, username: str, password: str) -> str:
        return self._token("/auth", username, password)

    def expired_token(self, username: str, password: str) -> str:
        return self._token("/auth?expired=true", username, password)

    def _token(self, path: str, username: str, password: str) -> str:
        answer = self.post(path, {"username": username, "password": password})
        assert answer.status == 200, answer
        return answer.json()["token"]

    def jwks(self) -> list[dict[str, str]]:
        answer = self.get(JWKS_PATH)
        assert answer.status == 200, answer
        return answer.json()["keys"]

    def published_kids(self) -> set[str]:
        return {key["kid"] for key in self.jwks()}

    def at_once(self, count: int, request: Callable[[int], Request]) -> list[Response]:
        """Sends `count` requests from as many threads, each over a connection that is open beforehand."""
        start = threading.Barrier(count)

        def one(index: int) -> Response:
            connection = self.connect()
            try:
                start.wait(TIMEOUT)
                return send(connection, request(index))
            finally:
                connection.close()

        with ThreadPoolExecutor(count) as threads:
            return list(threads.map(one, range(count)))


def assert_error(answer: Response, status: int, code: str | None = None) -> None:
    """Every error has one status and a body of exactly two members."""
    assert answer.status == status, answer
    assert answer.headers["Content-Type"].startswith("application/json")
    body = answer.json()
    assert set(body) == {"error", "error_description"}
    assert body["error"].replace("_", "").isalpha() and body["error"].islower()
    assert body["error_description"].strip()
    if code is not None:
        assert body["error"] == code

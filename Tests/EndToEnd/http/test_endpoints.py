"""Every row of the table of endpoints that has no file of its own here."""

import re
import uuid

import pytest

from support.client import JWKS_PATH, assert_error
from support.server import MakeServer, Server

METHODS = {
    "/ping": {"GET"},
    "/health/live": {"GET"},
    "/health/ready": {"GET"},
    "/register": {"POST"},
    "/auth": {"POST"},
    JWKS_PATH: {"GET", "HEAD"},
}


def test_ping(unlimited: Server) -> None:
    assert unlimited.client.get("/ping").body == b'{"message":"project 3 jwks server alive"}'


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health(unlimited: Server, path: str) -> None:
    assert unlimited.client.get(path).status == 200


def test_registration(unlimited: Server) -> None:
    answer = unlimited.client.register("someone", "someone@example.com")
    assert answer.status == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"password"}
    password = answer.json()["password"]
    assert password == str(uuid.UUID(password)) and uuid.UUID(password).version == 4


@pytest.mark.parametrize(
    ("username", "email", "code"),
    [("first", None, "username_taken"), ("second", "first@example.com", "email_taken")],
)
def test_taken_names(server: MakeServer, username: str, email: str | None, code: str) -> None:
    client = server().client
    client.new_user("first", "first@example.com")
    answer = client.register(username, email)
    assert_error(answer, 409, code)
    assert answer.headers["Cache-Control"] == "no-store"


def test_many_users_have_no_address(unlimited: Server) -> None:
    for username in ("plain-1", "plain-2"):
        unlimited.client.new_user(username)


def test_login(unlimited: Server) -> None:
    answer = unlimited.client.login("login", unlimited.client.new_user("login"))
    assert answer.status == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Type"].startswith("application/json")


def test_failed_login(unlimited: Server) -> None:
    answer = unlimited.client.login("nobody", "wrong")
    assert_error(answer, 401, "invalid_credentials")
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_expired_token_wants_right_credentials(unlimited: Server) -> None:
    answer = unlimited.client.post("/auth?expired=true", {"username": "nobody", "password": "wrong"})
    assert_error(answer, 401, "invalid_credentials")


def test_registration_can_be_closed(server: MakeServer) -> None:
    running = server(JWKS_REGISTRATION="closed")
    answer = running.client.register("outsider")
    assert 400 <= answer.status < 500
    assert_error(answer, answer.status)
    running.create_user("insider", "chosen by the operator")
    assert running.client.login("insider", "chosen by the operator").status == 200


# Whether HEAD is allowed beside GET is left open, except on the paths that name it.
REFUSED = [
    (path, method)
    for path, allowed in METHODS.items()
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE")
    if method not in allowed and not (method == "HEAD" and "GET" in allowed)
]


@pytest.mark.parametrize(("path", "method"), REFUSED)
def test_other_methods(unlimited: Server, path: str, method: str) -> None:
    answer = unlimited.client.request(method, path)
    assert answer.status == 405
    allowed = set(re.split(", *", answer.headers["Allow"]))
    assert METHODS[path] <= allowed <= METHODS[path] | {"HEAD"}
    if method != "HEAD":
        assert_error(answer, 405)


def test_no_answer_tells_what_the_server_is_made_of(unlimited: Server) -> None:
    for path in ("/ping", "/nothing", JWKS_PATH, "/auth"):
        assert "Server" not in unlimited.client.get(path).headers

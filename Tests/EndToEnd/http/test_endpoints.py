"""The endpoints of the real binary; the rest of their table is in Tests/AuthHTTPTests."""

import uuid

import pytest

from support.client import JWKS_PATH, assert_error
from support.server import MakeServer, Server


def test_ping(unlimited: Server) -> None:
    assert unlimited.client.get("/ping").body == b'{"message":"project 3 jwks server alive"}'


@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_health(unlimited: Server, path: str) -> None:
    assert unlimited.client.get(path).status == 200


def test_registration_and_login(unlimited: Server) -> None:
    answer = unlimited.client.register("someone", "someone@example.com")
    assert answer.status == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert set(answer.json()) == {"password"}
    password = answer.json()["password"]
    assert password == str(uuid.UUID(password)) and uuid.UUID(password).version == 4

    login = unlimited.client.login("someone", password)
    assert login.status == 200
    assert login.headers["Cache-Control"] == "no-store"
    assert login.headers["Content-Type"] == "application/json"


def test_registration_can_be_closed(server: MakeServer) -> None:
    running = server(JWKS_REGISTRATION="closed")
    assert_error(running.client.register("outsider"), 403, "registration_closed")
    running.create_user("insider", "chosen by the operator")
    assert running.client.login("insider", "chosen by the operator").status == 200


def test_no_answer_tells_what_the_server_is_made_of(unlimited: Server) -> None:
    for path in ("/ping", "/nothing", JWKS_PATH, "/auth"):
        assert "Server" not in unlimited.client.get(path).headers

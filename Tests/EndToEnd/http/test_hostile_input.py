"""What the real binary makes of hostile requests, where its settings and its database have a part in the answer.

Malformed bodies, framing, fields, paths and media types are tested in Tests/AuthHTTPTests, over sockets as well.
"""

import json

import pytest

from support.client import JSON_TYPE, Response
from support.server import Server

BODY_LIMIT = 8 * 1024


def register(server: Server, body: bytes) -> Response:
    return server.client.request("POST", "/register", body, JSON_TYPE)


@pytest.mark.parametrize(("size", "status"), [(BODY_LIMIT, 201), (BODY_LIMIT + 1, 413)])
def test_the_limit_of_a_body(unlimited: Server, size: int, status: int) -> None:
    body = json.dumps({"username": "filled"}).encode().ljust(size)
    assert register(unlimited, body).status == status
    assert unlimited.client.get("/ping").status == 200


@pytest.mark.parametrize("username", ["", "a\0b", "line\r\nbreak", "n" * 65, "n" * 4000, "' OR 1=1 --", "💥"])
def test_a_name_of_nobody_is_looked_for_and_not_found(unlimited: Server, username: str) -> None:
    """Whatever the name: the password was checked, the attempt is in the log, and nobody learns that no such name can
    be registered."""
    answer = unlimited.client.login(username, "secret")
    assert (answer.status, answer.json()["error"]) == (401, "invalid_credentials")

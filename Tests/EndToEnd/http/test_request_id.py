"""`X-Request-Id`: one name for a request, in its answer and in each line of the log that belongs to it."""

import json
from typing import Any

import pytest

from support.client import Request, Response, login_request
from support.rotation import until
from support.server import MakeServer, Server

DEBUG = {"JWKS_LOG_LEVEL": "debug", "JWKS_LOG_FORMAT": "json", "JWKS_RATE_LIMIT": "0"}
TRUSTING = DEBUG | {"JWKS_TRUSTED_PROXIES": "127.0.0.1"}


def lines(server: Server, request_id: str) -> list[dict[str, Any]]:
    """Of that request; each line of the log has to be JSON, whatever a caller sent."""
    everything = [json.loads(line) for line in server.log.read_text().splitlines()]
    return [line for line in everything if line.get("request_id") == request_id]


def identified(answer: Response) -> str:
    [found] = answer.headers.get_all("X-Request-Id") or [""]
    assert 1 <= len(found) <= 128 and found.isascii() and found.isprintable()
    return str(found)


def test_the_answer_and_the_log_agree(server: MakeServer) -> None:
    running = server(**DEBUG)
    password = running.client.new_user("resident")
    ids = set()
    for given, status in ((password, 200), ("wrong", 401)):
        answer = running.client.login("resident", given)
        assert answer.status == status
        ids.add(request_id := identified(answer))
        found = until(lambda request_id=request_id: lines(running, request_id), "a line of the log")
        assert any({"POST", "/auth", str(status)} <= {str(value) for value in line.values()} for line in found), found
    assert len(ids) == 2, "each request has its own"


@pytest.mark.parametrize(("path", "method"), [("/nothing", "GET"), ("/auth", "GET"), ("/register", "POST")])
def test_refusals_have_one_too(server: MakeServer, path: str, method: str) -> None:
    running = server(**DEBUG)
    answer = running.client.request(method, path)
    assert answer.status >= 400
    until(lambda: lines(running, identified(answer)), "a line of the log")


def named(name: str) -> Request:
    return login_request("nobody", "wrong", {"X-Request-Id": name})


def test_a_trusted_proxy_names_its_requests(server: MakeServer) -> None:
    running = server(**TRUSTING)
    assert identified(running.client.send(named("abc-123_x.Y"))) == "abc-123_x.Y"
    until(lambda: lines(running, "abc-123_x.Y"), "a line of the log")


def test_nobody_else_does(server: MakeServer) -> None:
    running = server(**DEBUG)
    assert identified(running.client.send(named("abc-123_x.Y"))) != "abc-123_x.Y"


@pytest.mark.parametrize("name", ["", "a b", 'a"b', "a\tb", "a=b", "x" * 129, "Zo\u00eb", "a\\nFORGED"])
def test_a_name_that_could_forge_a_line_is_not_taken(server: MakeServer, name: str) -> None:
    running = server(**TRUSTING)
    request_id = identified(running.client.send(named(name)))
    assert request_id != name
    until(lambda: lines(running, request_id), "a line of the log")
    assert "FORGED" not in running.log.read_text()


def test_documents_from_memory_have_none(unlimited: Server) -> None:
    """Their bytes are made beforehand, and alike on both ways that lead to them."""
    for path in ("/ping", "/ping?x", "/.well-known/jwks.json", "/.well-known/jwks.json?x"):
        assert "X-Request-Id" not in unlimited.client.get(path).headers

"""Text that takes long to walk by character or to normalise: a request that has it costs no more than another one."""

import json
import os
import random
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from support.client import JWKS_PATH, assert_error, post_json
from support.server import MakeServer, Server

pytestmark = pytest.mark.alone

# So many requests of one kind are measured together.
REQUESTS = 40
# CPU seconds for each, several times what an ordinary one takes.
MOST = 0.0018
# With a hash of the cheapest kind.
MOST_WITH_HASH = 0.008
MARKS = "\u0300\u0316\u0301\u0323\u0334\u0345"


def marks(count: int = 3_800) -> str:
    return "a" + "".join(random.choices(MARKS, k=count))


def raw(server: Server, head: bytes) -> bytes:
    """One request in bytes, as no client library sends it; the answer's head."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        connection.sendall(head)
        return connection.recv(4_096)


def get(path: str = JWKS_PATH, **fields: str) -> bytes:
    lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
    return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{lines}\r\n".encode()


def login(name: str, **others: str) -> bytes:
    body = json.dumps({"username": name, "password": 1} | others, ensure_ascii=False, separators=(",", ":")).encode()
    return b"POST /auth HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
        len(body),
        body,
    )


MARK = "%CC%81"
FORM = "&".join(f"{name}={MARK * 90}" for name in ("grant_type", "scope", "client_id", "prompt", "code", "ui_locales"))


def form(path: str, body: str) -> bytes:
    fields = f"Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}"
    return f"POST {path} HTTP/1.1\r\n{fields}\r\n\r\n{body}".encode()


def cpu_seconds(server: Server) -> float:
    assert server.process is not None
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


CRAFTED: dict[str, Callable[[], bytes]] = {
    "User-Agent": lambda: get(User_Agent=marks()),
    "If-None-Match": lambda: get(If_None_Match=f'"x", {marks()}'),
    "X-Forwarded-For": lambda: get(X_Forwarded_For=marks()),
    "X-Forwarded-For of 780 proxies": lambda: get(X_Forwarded_For="127.0.0.1," * 780),
    "Connection": lambda: get(Connection=marks()),
    "path": lambda: get("/" + marks()),
    "query": lambda: get(JWKS_PATH + "?" + marks()),
    "expired": lambda: login("x").replace(b"/auth", b"/auth?expired=" + "%CC%81%CC%96".encode() * 600),
    "query of a login": lambda: login("x").replace(b"/auth", b"/auth?" + b"expired%CC%81&" * 550 + b"=" * 300),
    "Connection of a login": lambda: login("x").replace(b"Host: x", f"Host: x\r\nConnection: {marks()}".encode()),
    "Expect of a login": lambda: login("x").replace(b"Host: x", f"Host: x\r\nExpect: {marks()}".encode()),
    "X-Request-Id": lambda: login("x").replace(b"Host: x", b"Host: x\r\nX-Request-Id: " + marks().encode()),
    "Authorization at /userinfo": lambda: get("/userinfo", Authorization=f"Bearer {marks()}"),
    "scheme at /userinfo": lambda: get("/userinfo", Authorization=marks()),
    "Accept-Language at /authorize": lambda: get("/authorize?client_id=x", Accept_Language=marks()),
    "parameters at /authorize": lambda: get("/authorize?" + FORM),
    "parameters at /token": lambda: form("/token", FORM),
    "token at /introspect": lambda: form("/introspect", f"client_id=x&client_secret=y&token={MARK * 600}"),
    "Content-Type": lambda: login("x").replace(b"application/json", marks().encode()),
    "JSON of a thousand members": lambda: login("x", **{f"m{number}": "" for number in range(800)}),
}


@pytest.mark.parametrize("kind", CRAFTED)
def test_a_crafted_request_costs_no_more_than_another(
    server: MakeServer, kind: str, report: Callable[[str], None]
) -> None:
    running = server(JWKS_RATE_LIMIT="0", JWKS_TRUSTED_PROXIES="127.0.0.1")
    time.sleep(0.5)
    begun = cpu_seconds(running)
    for _ in range(REQUESTS):
        assert raw(running, CRAFTED[kind]()).startswith(b"HTTP/1.1 ")
    each = (cpu_seconds(running) - begun) / REQUESTS
    report(f"{kind}: {each * 1e3:.2f} ms of CPU for a request")
    assert each < MOST


def test_a_crafted_name_costs_what_its_hash_costs(server: MakeServer, report: Callable[[str], None]) -> None:
    running = server(JWKS_RATE_LIMIT="0", JWKS_ARGON2_MEMORY="64", JWKS_ARGON2_PASSES="1")
    time.sleep(0.5)
    begun = cpu_seconds(running)
    for _ in range(REQUESTS):
        answer = running.client.send(post_json("/auth", {"username": marks(3_000)[:1_200], "password": "x"}))
        assert answer.status == 401
        name = marks(1_200)
        assert_error(running.client.send(post_json("/register", {"username": name})), 400, "invalid_request")
    each = (cpu_seconds(running) - begun) / REQUESTS / 2
    report(f"crafted name: {each * 1e3:.2f} ms of CPU for a request")
    assert each < MOST_WITH_HASH


def test_a_json_object_has_a_bounded_number_of_members(server: MakeServer) -> None:
    running = server(JWKS_RATE_LIMIT="0")
    few = {f"m{number}": "" for number in range(31)}
    assert running.client.send(post_json("/register", {"username": "few"} | few)).status == 201
    many = running.client.send(post_json("/register", {"username": "many", "one more": ""} | few))
    assert_error(many, 400, "invalid_request")
    assert "32 members" in many.json()["error_description"]

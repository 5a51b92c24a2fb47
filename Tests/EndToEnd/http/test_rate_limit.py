"""The limit of requests per client address, and which address that is."""

import re
import time

import pytest

from support import database
from support.client import assert_error
from support.server import DEADLINE, MakeServer

LONG_WINDOW = {"JWKS_RATE_WINDOW": "60s"}


def test_a_refusal_says_when_to_come_back(server: MakeServer) -> None:
    client = server(JWKS_RATE_LIMIT="2", **LONG_WINDOW).client
    for _ in range(2):
        assert client.login("nobody", "wrong").status == 401
    refused = client.login("nobody", "wrong")
    assert_error(refused, 429, "rate_limited")
    assert refused.headers["Cache-Control"] == "no-store"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert re.fullmatch(r'"[^"]+";q=2;w=60', refused.headers["RateLimit-Policy"])
    remaining = re.fullmatch(r'"[^"]+";r=0;t=(\d+)', refused.headers["RateLimit"])
    assert remaining and int(remaining[1]) <= int(refused.headers["Retry-After"])


def test_registrations_and_logins_are_counted_apart(server: MakeServer) -> None:
    client = server(JWKS_RATE_LIMIT="2", **LONG_WINDOW).client
    passwords = [client.new_user(f"apart-{number}") for number in range(2)]
    assert_error(client.register("apart-2"), 429, "rate_limited")
    assert [client.login("apart-0", passwords[0]).status for _ in range(3)] == [200, 200, 429]


def test_other_paths_are_not_limited(server: MakeServer) -> None:
    client = server(JWKS_RATE_LIMIT="1", **LONG_WINDOW).client
    assert [client.get("/ping").status for _ in range(20)] == [200] * 20
    assert client.jwks()


def test_refused_requests_do_not_extend_the_wait(server: MakeServer) -> None:
    client = server(JWKS_RATE_LIMIT="1", JWKS_RATE_WINDOW="1s").client
    assert client.login("nobody", "wrong").status == 401
    deadline = time.monotonic() + DEADLINE
    # It hammers without a pause: were refusals counted, it would never be let in again.
    while client.login("nobody", "wrong").status == 429:
        assert time.monotonic() < deadline


def test_a_limit_of_zero_is_no_limit(server: MakeServer) -> None:
    running = server(JWKS_RATE_LIMIT="0", **LONG_WINDOW)
    assert [running.client.login("nobody", "wrong").status for _ in range(20)] == [401] * 20
    assert "JWKS_RATE_LIMIT" in running.log.read_text()


SPOOFS = ["X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP"]


@pytest.mark.parametrize("header", SPOOFS)
def test_nobody_chooses_his_own_address(server: MakeServer, header: str) -> None:
    running = server(JWKS_RATE_LIMIT="2", **LONG_WINDOW)
    answers = [running.client.login("nobody", "wrong", {header: f"192.0.2.{last}"}).status for last in range(1, 4)]
    assert answers == [401, 401, 429]
    assert database.rows(running.database, "SELECT DISTINCT request_ip FROM auth_logs") == [("127.0.0.1",)]


FORWARDED = [
    pytest.param("192.0.2.7", "192.0.2.7", id="one hop"),
    pytest.param("198.51.100.1, 192.0.2.7", "192.0.2.7", id="right-most untrusted"),
    pytest.param("192.0.2.7, 10.1.2.3", "192.0.2.7", id="past a trusted hop"),
    pytest.param("::ffff:192.0.2.7", "192.0.2.7", id="mapped IPv6"),
    pytest.param("2001:db8::1", "2001:db8::1", id="IPv6"),
    pytest.param("not an address", "127.0.0.1", id="malformed"),
]


@pytest.mark.parametrize(("header", "logged"), FORWARDED)
def test_a_trusted_proxy_names_the_client(server: MakeServer, header: str, logged: str) -> None:
    running = server(JWKS_TRUSTED_PROXIES="127.0.0.1,10.0.0.0/8")
    assert running.client.login("nobody", "wrong", {"X-Forwarded-For": header}).status == 401
    assert database.rows(running.database, "SELECT request_ip FROM auth_logs") == [(logged,)]


@pytest.mark.parametrize(
    ("first", "second", "status"),
    [
        pytest.param("192.0.2.1", "192.0.2.2", 401, id="two IPv4 addresses"),
        pytest.param("192.0.2.1", "::ffff:192.0.2.1", 429, id="one IPv4 address in two forms"),
        pytest.param("::ffff:192.0.2.1", "::ffff:192.0.2.2", 401, id="two mapped addresses"),
        pytest.param("2001:db8::1", "2001:db8::ffff:1", 429, id="one IPv6 network"),
        pytest.param("2001:db8::1", "2001:db8:0:1::1", 401, id="two IPv6 networks"),
    ],
)
def test_what_counts_as_one_client(server: MakeServer, first: str, second: str, status: int) -> None:
    client = server(JWKS_TRUSTED_PROXIES="127.0.0.1", JWKS_RATE_LIMIT="1", **LONG_WINDOW).client
    assert client.login("nobody", "wrong", {"X-Forwarded-For": first}).status == 401
    assert client.login("nobody", "wrong", {"X-Forwarded-For": second}).status == status

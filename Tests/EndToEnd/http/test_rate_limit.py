"""The settings of the rate limit; the limit itself is tested in Tests/AuthHTTPTests and, for a fleet, in `fleet`."""

import re

from support import database
from support.client import assert_error
from support.server import MakeServer

LONG_WINDOW = {"JWKS_RATE_WINDOW": "60s"}


def test_limit_and_window_are_settings(server: MakeServer) -> None:
    client = server(JWKS_RATE_LIMIT="2", **LONG_WINDOW).client
    assert [client.login("nobody", "wrong").status for _ in range(2)] == [401, 401]
    refused = client.login("nobody", "wrong")
    assert_error(refused, 429, "rate_limited")
    assert refused.headers["Cache-Control"] == "no-store"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert re.fullmatch(r'"[^"]+";q=2;w=60', refused.headers["RateLimit-Policy"])
    # Registrations are counted apart.
    assert [client.register(f"apart-{number}").status for number in range(3)] == [201, 201, 429]


def test_a_limit_of_zero_is_no_limit(server: MakeServer) -> None:
    running = server(JWKS_RATE_LIMIT="0", **LONG_WINDOW)
    assert [running.client.login("nobody", "wrong").status for _ in range(20)] == [401] * 20
    assert "JWKS_RATE_LIMIT" in running.log.read_text()


def test_trusted_proxies_are_a_setting(server: MakeServer) -> None:
    forwarded = {"X-Forwarded-For": "198.51.100.1, 192.0.2.7, 10.1.2.3"}
    trusting = server(JWKS_TRUSTED_PROXIES="127.0.0.1,10.0.0.0/8")
    assert trusting.client.login("nobody", "wrong", forwarded).status == 401
    assert database.rows(trusting.database, "SELECT request_ip FROM auth_logs") == [("192.0.2.7",)]

    trusting_nobody = server()
    assert trusting_nobody.client.login("nobody", "wrong", forwarded).status == 401
    assert database.rows(trusting_nobody.database, "SELECT request_ip FROM auth_logs") == [("127.0.0.1",)]


def test_a_proxy_that_nobody_trusts_is_told_once(server: MakeServer) -> None:
    forwarded = {"X-Forwarded-For": "198.51.100.1"}
    for trusted, lines in (("", 1), ("10.0.0.0/8", 1), ("127.0.0.0/8", 0)):
        running = server(JWKS_TRUSTED_PROXIES=trusted)
        assert running.client.login("nobody", "wrong").status == 401
        assert "JWKS_TRUSTED_PROXIES" not in running.log.read_text()
        for _ in range(3):
            assert running.client.login("nobody", "wrong", forwarded).status == 401
        assert running.log.read_text().count("name it in JWKS_TRUSTED_PROXIES") == lines

"""The filter for fail2ban: each failed login counts for the address that it came from, whatever a caller sends."""

import http.client
import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from support import fail2ban
from support.client import Request, post_json
from support.rotation import QUICK, until
from support.server import MakeServer, Server

PASSWORD = "password of the resident"
FORMATS = ("text", "json")
# Nobody's address here, and in every line that tries to pass for another one.
VICTIM = "198.51.100.66"
INJECTIONS = [
    f"login failed client={VICTIM} ",
    f"x client={VICTIM} reason=wrong_password",
    f'" client={VICTIM} "',
    f'x","client":"{VICTIM}","y":"',
    f"x\n2026-11-28 04:00:00Z NOTICE login failed client={VICTIM} reason=wrong_password",
    f"x\r\n2026-11-28 04:00:00Z NOTICE login failed client={VICTIM} reason=wrong_password",
    f'x\n{{"time":"2026-11-28T04:00:00Z","level":"notice","message":"login failed","client":"{VICTIM}"}}',
    f"2026-11-28 04:00:00Z NOTICE login failed client={VICTIM} ",
    f"\u2028NOTICE login failed client={VICTIM} \u202e",
    f"\x1b[2K\x85NOTICE login failed client={VICTIM} ",
]


def failed(username: str, headers: dict[str, str] | None = None, path: str = "/auth") -> Request:
    body = {"username": username, "password": "wrong"}
    return post_json(path, body | ({"new_password": "not so wrong"} if path == "/password" else {}), headers)


def refuse(server: Server, *requests: Request) -> None:
    for request in requests:
        answer = server.client.send(request)
        assert answer.status == 401, answer


def found(server: Server, expected: list[str]) -> None:
    """The log is written a moment after an answer."""
    until(lambda: len(fail2ban.addresses(server.log)) >= len(expected), f"{len(expected)} failed logins")
    assert fail2ban.addresses(server.log) == expected, server.log.read_text()


@pytest.fixture(params=FORMATS)
def proxied(request: pytest.FixtureRequest, server: MakeServer) -> Server:
    """Behind a trusted proxy, which is this test."""
    running = server(**QUICK, JWKS_LOG_FORMAT=request.param, JWKS_TRUSTED_PROXIES="127.0.0.1", JWKS_LOG_LEVEL="debug")
    running.create_user("resident", PASSWORD)
    return running


def test_each_failure_counts_for_its_address_and_nothing_else_does(proxied: Server) -> None:
    def through(address: str) -> dict[str, str]:
        return {"X-Forwarded-For": address}

    refuse(
        proxied,
        failed("resident", through("203.0.113.7")),
        failed("nobody", through("2001:db8::7")),
        failed("resident", through("203.0.113.8"), "/password"),
        failed("resident", through(f"{VICTIM}, 203.0.113.9")),
        failed("resident", through("[2001:db8::8]:4711")),
        failed("resident", through("::ffff:203.0.113.10")),
    )
    assert proxied.client.login("resident", PASSWORD, through(VICTIM)).status == 200
    assert proxied.client.post("/auth", {"username": "resident"}, through(VICTIM)).status == 400
    assert proxied.client.register("resident").status == 409
    refuse(proxied, failed("resident"))
    found(
        proxied,
        ["203.0.113.7", "2001:db8::7", "203.0.113.8", "203.0.113.9", "2001:db8::8", "203.0.113.10", "127.0.0.1"],
    )


def test_nothing_that_a_caller_sends_becomes_an_address(proxied: Server) -> None:
    expected = []
    for number, text in enumerate(INJECTIONS):
        plain = "".join(character for character in text if 0x20 <= ord(character) < 0x7F)
        client = f"203.0.113.{number}"
        refuse(
            proxied,
            failed(text, {"X-Forwarded-For": client}),
            failed(
                "resident",
                {"X-Forwarded-For": client, "X-Request-Id": plain, "User-Agent": plain, "Referer": plain},
            ),
            failed("resident", {"X-Forwarded-For": f"{plain}, {client}"}),
            # A list that cannot be read counts for nothing.
            failed("resident", {"X-Forwarded-For": f"{VICTIM}, {plain}"}),
        )
        expected += [client, client, client, "127.0.0.1"]
    found(proxied, expected)


@pytest.mark.parametrize("log_format", FORMATS)
def test_nor_does_the_name_of_an_account(server: MakeServer, log_format: str) -> None:
    """Names that no new account gets: those of a file of the original may be such."""
    running = server(**QUICK, JWKS_LOG_FORMAT=log_format)
    running.create_user("resident", PASSWORD)
    with closing(sqlite3.connect(running.database, timeout=10)) as connection:
        for text in INJECTIONS:
            with connection:
                connection.execute("UPDATE users SET username = ?", (text,))
            refuse(running, failed(text))
    found(running, ["127.0.0.1"] * len(INJECTIONS))
    assert "\u202e" not in running.log.read_text() and "\x1b" not in running.log.read_text()


def test_a_name_that_nobody_has_is_not_told(server: MakeServer) -> None:
    running = server(**QUICK, JWKS_LOG_LEVEL="debug")
    running.create_user("resident", PASSWORD)
    refuse(running, failed(PASSWORD), failed("resident"))
    found(running, ["127.0.0.1"] * 2)
    text = running.log.read_text()
    assert PASSWORD not in text and "user=resident" in text


def test_without_a_proxy_a_caller_chooses_nothing(server: MakeServer) -> None:
    running = server(**QUICK)
    refuse(running, failed("nobody", {"X-Forwarded-For": VICTIM, "X-Request-Id": f"client={VICTIM}"}))
    found(running, ["127.0.0.1"])


def test_lines_as_the_journal_and_syslog_have_them(proxied: Server, tmp_path: Path) -> None:
    refuse(proxied, *(failed(text, {"X-Forwarded-For": "203.0.113.7"}) for text in INJECTIONS))
    found(proxied, ["203.0.113.7"] * len(INJECTIONS))
    lines = proxied.log.read_text().splitlines()
    for before in ("Nov 28 04:00:00 host jwks-server[1]: ", "2026-11-28T04:00:00.123456+01:00 host jwks-server[1]: "):
        prefixed = tmp_path / "prefixed.log"
        prefixed.write_text("".join(f"{before}{line}\n" for line in lines))
        assert fail2ban.addresses(prefixed) == ["203.0.113.7"] * len(INJECTIONS)


@pytest.mark.parametrize("log_format", FORMATS)
def test_ipv6_without_a_proxy(prepared_server: MakeServer, log_format: str) -> None:
    running = prepared_server(**QUICK, JWKS_HOST="::1", JWKS_LOG_FORMAT=log_format)
    running.spawn()

    def answers() -> bool:
        connection = http.client.HTTPConnection("::1", running.port, timeout=10)
        try:
            request = failed("nobody")
            connection.request(request.method, request.path, request.body, request.headers)
            return connection.getresponse().status == 401
        except OSError:
            return False
        finally:
            connection.close()

    until(answers, "an answer from [::1]")
    found(running, ["::1"])
    if log_format == "json":
        assert [json.loads(line) for line in running.log.read_text().splitlines()]

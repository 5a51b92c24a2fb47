"""The audit log and the command that shows it, on SQLite."""

import getpass
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from typing import Any

import pytest

from support import backup, database
from support.rotation import QUICK, until
from support.server import BINARY, USAGE_ERROR, MakeServer, Server

PASSWORD = "the password of alice"
SOON = 2
MEMBERS = [
    "number", "time", "actor", "action", "outcome", "reason", "user_id", "username", "client", "address", "user_agent",
    "kid", "jti",
]  # fmt: skip


def audit(server: Server, *arguments: str) -> list[dict[str, Any]]:
    """What `audit --json` says, the oldest first."""
    result = server.run("audit", "--json", "--limit", "0", *arguments)
    assert result.returncode == 0 and not result.stderr, result
    return [json.loads(line) for line in reversed(result.stdout.splitlines())]


def told(rows: list[dict[str, Any]]) -> list[tuple[str, str, str | None, str | None]]:
    return [(row["actor"], row["action"], row["reason"], row["username"]) for row in rows]


def operator() -> str:
    name = f"os:{getpass.getuser()}"
    return f"{name} (sudo by {os.environ['SUDO_USER']})" if os.environ.get("SUDO_USER") else name


def test_has_a_row_for_everything(server: MakeServer) -> None:
    running = server(**QUICK)
    client = running.client
    secrets = [PASSWORD, client.new_user("alice")]
    seen = len(audit(running))
    assert client.login("alice", secrets[1], {"User-Agent": "curl/8"}).status == 200
    assert client.login("alice", "wrong").status == 401
    # A password in the wrong field is written down nowhere.
    assert client.login(secrets[1], secrets[1]).status == 401
    change = {"username": "alice", "password": secrets[1], "new_password": PASSWORD}
    assert client.post("/password", change).status == 204
    reset = running.run("users", "reset-password", "--username", "alice", "--json")
    secrets.append(json.loads(reset.stdout)["password"])
    for command in ("disable", "disable", "enable"):
        assert running.run("users", command, "--username", "alice").returncode == 0
        if command == "disable":
            assert client.login("alice", secrets[2]).status == 401
    running.create_user("bob", PASSWORD)
    assert running.run("users", "delete", "--username", "bob", "--yes").returncode == 0
    rows = audit(running)[seen:]
    me = operator()
    assert told(rows) == [
        ("caller", "login", None, "alice"),
        ("caller", "login", "wrong_password", "alice"),
        ("caller", "login", "unknown_user", None),
        ("caller", "password.change", None, "alice"),
        (me, "user.reset_password", None, "alice"),
        (me, "user.disable", None, "alice"),
        ("caller", "login", "disabled", "alice"),
        ("caller", "login", "disabled", "alice"),
        (me, "user.enable", None, "alice"),
        (me, "user.create", None, "bob"),
        (me, "user.delete", None, "bob"),
    ]
    assert [row["outcome"] == "failure" for row in rows] == [row["reason"] is not None for row in rows]
    login = rows[0]
    assert list(login) == MEMBERS
    assert (login["user_id"], login["address"], login["user_agent"]) == (1, "127.0.0.1", "curl/8")
    assert login["kid"] in client.published_kids() and len(login["jti"]) == 36
    assert [row["number"] for row in rows] == sorted(row["number"] for row in rows)
    kept = str(database.rows(running.database, "SELECT * FROM audit_events"))
    assert not [secret for secret in secrets if secret in kept]


def test_has_what_became_of_keys_and_copies(server: MakeServer, prepared_server: MakeServer) -> None:
    running = server(**QUICK)
    assert told(audit(running))[:3] == [("server", "key.generate", None, None)] * 3
    active = next(row["kid"] for row in audit(running))
    before = len(audit(running))
    assert running.run("keys", "revoke", active).returncode == 0
    revoked = audit(running)[before:]
    assert (operator(), "key.revoke", None, None) in told(revoked)
    assert active in [row["kid"] for row in revoked if row["action"] == "key.revoke"]
    running.stop()
    copy, _ = backup.made(running)
    assert told(audit(running))[-1] == (operator(), "backup", None, None)
    restored = prepared_server(**QUICK)
    assert restored.run("restore", str(copy)).returncode == 0
    assert told(audit(restored))[-1] == (operator(), "restore", None, None)
    (restored.directory / "new").write_text("another secret of nobody at all")
    restored.settings["NOT_MY_KEY_NEW_FILE"] = "new"
    assert restored.run("master-key", "rotate").returncode == 0
    del restored.settings["NOT_MY_KEY_NEW_FILE"]
    assert told(audit(restored))[-1] == (operator(), "master_key.rotate", None, None)


def test_filters_and_shows(server: MakeServer) -> None:
    running = server(**QUICK)
    client = running.client
    password = client.new_user("alice")
    client.new_user("bob")
    for agent in (b"curl/8", "turn\u202earound".encode()):
        assert client.login("alice", password, {"User-Agent": agent}).status == 200  # type: ignore[dict-item]
    assert client.login("bob", "wrong").status == 401
    assert {row["username"] for row in audit(running, "--user", "alice")} == {"alice"}
    assert len(audit(running, "--user", "alice", "--action", "login")) == 2
    assert [row["username"] for row in audit(running, "--outcome", "failure")] == ["bob"]
    assert audit(running, "--address", "192.0.2.1") == [] == audit(running, "--client", "shop")
    everything = audit(running)
    assert len(audit(running, "--address", "::ffff:127.0.0.1")) == len([row for row in everything if row["address"]])
    assert audit(running, "--since", "1h") == everything
    assert audit(running, "--since", "2100-01-01") == []
    shown = running.run("audit", "--limit", "2")
    assert shown.returncode == 0 and shown.stderr == f"jwks-server: in {running.database}\n"
    lines = shown.stdout.splitlines()
    assert len(lines) == 3 and lines[0].startswith("TIME ") and " wrong_password " in lines[1]
    assert lines[2].endswith(r"turn\u202earound")
    assert running.run("users", "delete", "--username", "bob", "--yes").returncode == 0
    assert [row["action"] for row in audit(running, "--user", "bob")] == ["register", "login", "user.delete"]


@pytest.mark.parametrize(
    "arguments",
    [["--limit", "-1"], ["--since", "soon"], ["--outcome", "maybe"], ["--address", "here"], ["--action", "sing"]],
)
def test_wrong_usage(prepared_server: MakeServer, arguments: list[str]) -> None:
    result = prepared_server().run("audit", *arguments)
    assert result.returncode == USAGE_ERROR and arguments[0] in result.stderr, result


class Following:
    """`audit --follow --json`, its lines as they come."""

    def __init__(self, server: Server, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [BINARY, "audit", "--follow", "--json", *arguments],
            cwd=server.directory,
            env=server.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def next(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.stderr and self.process.stderr.read()
        return json.loads(line)

    def end(self, how: Callable[[], None]) -> None:
        how()
        assert self.process.wait(10) == 0
        assert self.process.stderr is not None and not self.process.stderr.read()


def test_follows_until_it_is_told_or_left(server: MakeServer) -> None:
    running = server(**QUICK)
    password = running.client.new_user("alice")
    following = Following(running, "--action", "login", "--limit", "1")
    left = Following(running, "--limit", "1")
    assert left.next()["action"] == "register"
    assert running.client.login("alice", password).status == 200
    assert following.next()["username"] == "alice"
    for _ in range(3):
        assert running.client.login("alice", "wrong").status == 401
        begin = time.monotonic()
        assert following.next()["reason"] == "wrong_password"
        assert time.monotonic() - begin < SOON
    following.end(lambda: following.process.send_signal(signal.SIGINT))
    again = Following(running, "--action", "login", "--limit", "3")
    assert [again.next()["reason"] for _ in range(3)] == ["wrong_password"] * 3
    again.end(lambda: again.process.send_signal(signal.SIGTERM))
    assert left.process.stdout is not None
    # Nobody reads any more, and nothing comes.
    left.end(left.process.stdout.close)


def test_forgets_what_is_old(server: MakeServer) -> None:
    running = server(**QUICK)
    password = running.client.new_user("alice")
    assert running.client.login("alice", password).status == 200
    running.stop()
    old = max(row["number"] for row in audit(running))
    database.change(running.database, "UPDATE audit_events SET recorded_at = recorded_at - 60000")
    database.change(running.database, "UPDATE auth_logs SET request_timestamp = '2026-01-01 00:00:00'")
    running.settings["JWKS_AUDIT_RETENTION"] = "30s"
    running.start()
    until(lambda: not [row for row in audit(running) if row["number"] <= old], "the old rows are gone", 10)
    assert database.value(running.database, "SELECT count(*) FROM auth_logs") == 1
    running.stop()
    running.settings["JWKS_AUTH_LOGS_RETENTION"] = "1h"
    running.start()
    until(lambda: database.value(running.database, "SELECT count(*) FROM auth_logs") == 0, "and of auth_logs", 10)
    running.stop()
    running.settings["JWKS_AUTH_LOGS_RETENTION"] = "1s"
    code, line = running.refusal()
    assert code == 78 and "JWKS_AUTH_LOGS_RETENTION (1s) must be at least JWKS_TOKEN_LIFETIME" in line


def test_without_its_table_nobody_logs_in(server: MakeServer) -> None:
    running = server(**QUICK)
    password = running.client.new_user("alice")
    statements = database.rows(running.database, "SELECT sql FROM sqlite_master WHERE tbl_name = 'audit_events'")
    database.change(running.database, "DROP TABLE audit_events")
    assert running.client.login("alice", password).status == 503
    assert running.client.get("/health/ready").status == 503 and running.client.jwks()
    for (statement,) in statements:
        database.change(running.database, statement)
    until(lambda: running.client.get("/health/ready").status == 200, "ready again", 5)
    assert running.client.login("alice", password).status == 200

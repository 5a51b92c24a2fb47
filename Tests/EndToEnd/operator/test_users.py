"""The commands `users …` and `POST /password`, on SQLite."""

import re
import subprocess

import pytest

from support import access, database
from support.client import Client, Request, Response, assert_error, post_json
from support.rotation import command, refusal
from support.server import MakeServer, Server
from support.terminal import answered

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
MEMBERS = [
    "id", "username", "email", "registered_at", "last_login", "disabled_at", "must_change_password",
    "password_changed_at",
]  # fmt: skip
NAMED = ["show", "disable", "enable", "reset-password", "sign-out-everywhere", "delete"]


def change(client: Client, name: str, password: str, new: str) -> Response:
    return client.post("/password", {"username": name, "password": password, "new_password": new})


def users(server: Server, verb: str, name: str, *more: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return server.run("users", verb, "--username", name, *more, stdin=stdin)


def test_list_and_show(server: MakeServer) -> None:
    running = server()
    assert command(running, "users", "list")["users"] == []
    running.client.register("alice", "alice@example.com")
    running.create_user("bob", "password123")
    assert running.client.login("bob", "password123").status == 200
    listed = command(running, "users", "list")
    assert [(user["id"], user["username"], user["email"]) for user in listed["users"]] == [
        (1, "alice", "alice@example.com"),
        (2, "bob", None),
    ]
    alice, bob = listed["users"]
    assert list(alice) == MEMBERS
    assert alice["last_login"] is None and bob["last_login"] >= bob["registered_at"]
    assert command(running, "users", "show", "--username", "bob") == bob | {"database": listed["database"]}
    shown = users(running, "show", "alice")
    assert shown.returncode == 0 and "alice@example.com" in shown.stdout
    assert [line.startswith("jwks-server: in ") for line in shown.stderr.splitlines()] == [True]
    table = running.run("users", "list")
    assert len(table.stdout.splitlines()) == 3
    assert "password" not in table.stdout and "argon2" not in table.stdout + shown.stdout


@pytest.mark.parametrize("verb", NAMED)
def test_an_unknown_user(server: MakeServer, verb: str) -> None:
    code, line = refusal(users(server(), verb, "nobody"))
    assert code == 1 and line == "jwks-server: there is no user nobody: users list shows those that there are"


@pytest.mark.parametrize("runs", [True, False])
def test_disable_and_enable(server: MakeServer, runs: bool) -> None:
    running = server()
    client = running.client
    password = client.new_user("alice")
    other = client.new_user("bob")
    if not runs:
        running.stop()
    assert users(running, "disable", "alice").stdout == "user 1, alice, is disabled\n"
    assert users(running, "disable", "alice").stdout == "user 1, alice, was disabled before\n"
    if not runs:
        running.start()
    wrong = client.login("bob", "wrong")
    for refused in (
        client.login("alice", password),
        client.post("/auth?expired=true", {"username": "alice", "password": password}),
        change(client, "alice", password, "another password"),
    ):
        assert_error(refused, 401, "invalid_credentials")
        assert (refused.body, refused.lasting_headers()) == (wrong.body, wrong.lasting_headers())
    assert client.login("bob", other).status == 200
    rows = database.rows(running.database, "SELECT user_id FROM auth_logs ORDER BY id")
    assert rows == [(None,)] * 4 + [(2,)]
    if not runs:
        running.stop()
    assert users(running, "enable", "alice").stdout == "user 1, alice, can log in again\n"
    assert users(running, "enable", "alice").stdout == "user 1, alice, was not disabled\n"
    if not runs:
        running.start()
    assert client.login("alice", password).status == 200
    assert database.rows(running.database, "SELECT * FROM user_states") == []


def test_reset_password(server: MakeServer) -> None:
    running = server()
    old = running.client.new_user("alice")
    assert users(running, "disable", "alice").returncode == 0
    result = users(running, "reset-password", "alice")
    assert result.returncode == 0
    generated = result.stdout.strip()
    assert UUID4.fullmatch(generated) and generated not in result.stderr
    assert running.client.login("alice", generated).status == 401, "a disabled account stays disabled"
    assert users(running, "enable", "alice").returncode == 0
    assert running.client.login("alice", old).status == 401
    assert running.client.login("alice", generated).status == 200
    chosen = users(running, "reset-password", "alice", "--password-stdin", stdin="chosen by hand\n")
    assert chosen.returncode == 0 and chosen.stdout == ""
    assert running.client.login("alice", generated).status == 401
    assert running.client.login("alice", "chosen by hand").status == 200
    short = users(running, "reset-password", "alice", "--password-stdin", stdin="short\n")
    assert refusal(short) == (1, "jwks-server: the password must have 8 to 1,024 bytes")
    assert running.client.login("alice", "chosen by hand").status == 200
    answer = command(running, "users", "reset-password", "--username", "alice")
    assert UUID4.fullmatch(answer["password"]) and answer["password_changed_at"] is not None


def test_what_ends_sessions_and_grants(server: MakeServer) -> None:
    running = server(JWKS_RATE_LIMIT="0")
    names = ["alice", "bob", "carol", "dora", "erin", "fred"]
    passwords = {name: running.client.new_user(name) for name in names}
    for user, name in enumerate(names, 1):
        access.sign_in(running.database, user, "app", name)

    def left(*names: str) -> None:
        sessions = [f"sid {name}" for name in names]
        assert access.living(running.database) == (sessions, sessions)

    left(*names)
    signed_out = users(running, "sign-out-everywhere", "alice")
    assert signed_out.stdout == "user 1, alice, is signed out everywhere: 1 session and 1 grant ended\n"
    again = command(running, "users", "sign-out-everywhere", "--username", "alice")
    assert (again["username"], again["sessions_ended"], again["grants_ended"]) == ("alice", 0, 0)
    assert running.client.login("alice", passwords["alice"]).status == 200
    left(*names[1:])
    assert change(running.client, "bob", "wrong", "another password").status == 401
    left(*names[1:])
    assert change(running.client, "bob", passwords["bob"], "another password").status == 204
    left(*names[2:])
    assert users(running, "reset-password", "carol").returncode == 0
    left(*names[3:])
    assert users(running, "disable", "dora").returncode == users(running, "enable", "dora").returncode == 0
    left(*names[4:])
    assert users(running, "delete", "erin", "--yes").returncode == 0
    left("fred")
    ends = database.rows(running.database, "SELECT session_id, ended_for FROM grants WHERE ended_at IS NOT NULL")
    assert dict(ends) == {
        "sid alice": "signed_out", "sid bob": "password_changed", "sid carol": "password_changed", "sid dora": "disabled",
    }  # fmt: skip
    assert running.client.login("fred", passwords["fred"]).status == 200


def test_delete_keeps_the_id_unused_and_the_log(server: MakeServer) -> None:
    running = server()
    password = running.client.new_user("alice", "alice@example.com")
    running.client.new_user("bob")
    assert running.client.login("alice", password).status == 200
    refused = users(running, "delete", "bob")
    assert refusal(refused) == (
        1, "jwks-server: nothing was deleted: without a terminal to ask on, users delete wants --yes",
    )  # fmt: skip
    for name in ("alice", "bob"):
        assert users(running, "disable", name).returncode == 0
        assert users(running, "delete", name, "--yes").returncode == 0
    assert running.client.login("alice", password).status == 401
    assert database.rows(running.database, "SELECT user_id FROM auth_logs") == [(None,), (None,)]
    assert database.rows(running.database, "SELECT * FROM user_states") == []
    again = running.client.new_user("alice", "alice@example.com")
    assert database.rows(running.database, "SELECT id FROM users") == [(3,)]
    assert running.client.login("alice", again).status == 200
    database.assert_sound(running.database)


@pytest.mark.parametrize(("answer", "code"), [("alice", 0), ("alic", 1), ("", 1), ("yes", 1)])
def test_delete_asks_on_a_terminal(server: MakeServer, answer: str, code: int) -> None:
    running = server()
    running.client.new_user("alice")
    result = answered(running, "users", "delete", "--username", "alice", answer=answer)
    assert result.returncode == code, result.stderr
    assert "type the name to delete the user 1, alice, for ever" in result.stderr
    assert ("is deleted" in result.stdout) == (code == 0)
    assert len(database.rows(running.database, "SELECT id FROM users")) == code


def test_a_user_changes_the_password(server: MakeServer) -> None:
    running = server(JWKS_RATE_LIMIT="0")
    client = running.client
    password = client.new_user("alice")
    assert_error(change(client, "alice", "wrong", "another password"), 401, "invalid_credentials")
    assert_error(change(client, "alice", password, password), 400, "invalid_request")
    for new in ("7 bytes", "p" * 1_025, "e\u0301" * 3):
        assert_error(change(client, "alice", password, new), 400, "invalid_request")
    changed = change(client, "alice", password, "another password")
    assert (changed.status, changed.body, changed.headers["Cache-Control"]) == (204, b"", "no-store")
    assert client.login("alice", password).status == 401
    assert client.login("alice", "another password").status == 200
    assert database.rows(running.database, "SELECT user_id FROM auth_logs ORDER BY id") == [(None,), (1,), (None,), (1,)]
    assert command(running, "users", "show", "--username", "alice")["password_changed_at"] is not None
    for method in ("GET", "HEAD", "PUT", "DELETE"):
        refused = client.request(method, "/password")
        assert refused.status == 405 and refused.headers["Allow"] == "POST"
    assert_error(client.request("POST", "/password", b"{}"), 415, "unsupported_media_type")
    assert_error(client.post("/password", {"username": "x" * 9_000}), 413, "body_too_large")
    assert "another password" not in running.log.read_text()


def test_of_fifty_at_once_one_wins(server: MakeServer) -> None:
    running = server(JWKS_RATE_LIMIT="0", JWKS_HASH_DEADLINE="30s")
    password = running.client.new_user("alice")

    def request(index: int) -> Request:
        body = {"username": "alice", "password": password, "new_password": f"another password {index}"}
        return post_json("/password", body)

    statuses = [answer.status for answer in running.client.at_once(50, request)]
    assert sorted(statuses) == [204] + [401] * 49
    winner = statuses.index(204)
    assert running.client.login("alice", f"another password {winner}").status == 200


def test_it_is_limited_together_with_logins(server: MakeServer) -> None:
    running = server(JWKS_RATE_LIMIT="2", JWKS_RATE_WINDOW="60s")
    password = running.client.new_user("alice")
    assert running.client.login("alice", "wrong").status == 401
    assert change(running.client, "alice", "wrong", "another password").status == 401
    assert_error(change(running.client, "alice", password, "another password"), 429, "rate_limited")
    assert_error(running.client.login("alice", password), 429, "rate_limited")


def test_generated_passwords_have_to_be_changed_where_that_is_wanted(server: MakeServer) -> None:
    running = server(JWKS_CHANGE_GENERATED_PASSWORDS="true", JWKS_RATE_LIMIT="0")
    client = running.client
    running.create_user("chosen", "password123")
    assert client.login("chosen", "password123").status == 200
    made = {
        "registered": client.new_user("registered"),
        "created": users(running, "create", "created").stdout.strip(),
    }
    made["chosen"] = users(running, "reset-password", "chosen").stdout.strip()
    for name, password in made.items():
        assert_error(client.login(name, "wrong"), 401, "invalid_credentials")
        refused = client.login(name, password)
        assert_error(refused, 403, "password_change_required")
        assert "/password" in refused.json()["error_description"]
        assert change(client, name, password, "another password").status == 204
        assert client.login(name, "another password").status == 200

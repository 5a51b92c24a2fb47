"""What an operator does to an account at one node holds at every other."""

import threading
import time

import pytest

from support.client import Request, Response, assert_error, login_request
from support.nodes import started
from support.postgres import Database
from support.rotation import QUICK, command
from support.server import MakeServer, Server

WITHIN = 2


@pytest.fixture
def two(node: MakeServer, empty_database: Database) -> list[Server]:
    return [started(node, **QUICK) for _ in range(2)]


def test_a_disabled_user_is_refused_on_every_node(two: list[Server], empty_database: Database) -> None:
    password = two[0].client.new_user("alice")
    for each in two:
        assert each.client.login("alice", password).status == 200
    assert two[0].run("users", "disable", "--username", "alice").returncode == 0
    begin = time.monotonic()
    refused = [each.client.login("alice", password) for each in two]
    assert time.monotonic() - begin < WITHIN
    for answer in refused:
        assert_error(answer, 401, "invalid_credentials")
    assert two[1].run("users", "enable", "--username", "alice").returncode == 0
    for each in two:
        assert each.client.login("alice", password).status == 200
    assert empty_database.value("SELECT count(*) AS n FROM user_states") == 0


def test_a_changed_password_holds_on_every_node(two: list[Server]) -> None:
    password = two[0].client.new_user("alice")
    body = {"username": "alice", "password": password, "new_password": "another password"}
    assert two[0].client.post("/password", body).status == 204
    assert [each.client.login("alice", password).status for each in two] == [401, 401]
    assert [each.client.login("alice", "another password").status for each in two] == [200, 200]
    reset = command(two[1], "users", "reset-password", "--username", "alice")
    assert [each.client.login("alice", reset["password"]).status for each in two] == [200, 200]


def test_a_deleted_user_is_gone_and_the_number_too(two: list[Server], empty_database: Database) -> None:
    password = two[0].client.new_user("alice")
    assert two[0].client.login("alice", password).status == 200
    assert two[1].run("users", "delete", "--username", "alice", "--yes").returncode == 0
    assert [each.client.login("alice", password).status for each in two] == [401, 401]
    two[0].client.new_user("alice")
    [user] = command(two[0], "users", "list")["users"]
    assert user["id"] == 2 and user["registered_at"].endswith("Z")
    assert empty_database.value("SELECT count(*) AS n FROM auth_logs WHERE user_id IS NULL") == 3


def test_logins_while_the_account_is_deleted(two: list[Server]) -> None:
    """Whichever comes first, nobody is told of a failure of the server."""
    for turn in range(5):
        name = f"user-{turn}"
        password = two[0].client.new_user(name)
        answers: list[Response] = []
        login: Request = login_request(name, password)

        def log_in(login: Request = login, answers: list[Response] = answers) -> None:
            answers.extend(two[1].client.at_once(20, lambda _: login))

        thread = threading.Thread(target=log_in)
        thread.start()
        assert two[0].run("users", "delete", "--username", name, "--yes").returncode == 0
        thread.join()
        assert len(answers) == 20
        assert {answer.status for answer in answers} <= {200, 401}
        assert two[1].client.login(name, password).status == 401

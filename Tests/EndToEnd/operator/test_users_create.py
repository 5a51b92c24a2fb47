"""The commands `users create` and `users update`."""

import re
import subprocess

import pytest

from support import database
from support.rotation import refusal
from support.server import MakeServer

UUID4 = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def test_while_the_server_runs(server: MakeServer) -> None:
    running = server()
    running.create_user("userABC", "password123")
    assert running.client.login("userABC", "password123").status == 200


def test_while_the_server_is_stopped(server: MakeServer) -> None:
    running = server()
    running.stop()
    running.create_user("between", "password123")
    running.start()
    assert running.client.login("between", "password123").status == 200


def test_without_a_password_one_is_generated(server: MakeServer) -> None:
    running = server()
    result = running.run("users", "create", "--username", "generated", "--email", "generated@example.com")
    assert result.returncode == 0
    [password] = re.findall(UUID4, result.stdout)
    assert password not in result.stderr
    assert running.client.login("generated", password).status == 200
    email = database.value(running.database, "SELECT email FROM users WHERE username = 'generated'")
    assert email == "generated@example.com"


def test_an_account_is_given_another_address(server: MakeServer) -> None:
    running = server()
    for name in ("alice", "bob"):
        running.create_user(name, "password123")

    def email() -> object:
        return database.value(running.database, "SELECT email FROM users WHERE username = 'alice'")

    def update(name: str, address: str) -> subprocess.CompletedProcess[str]:
        return running.run("users", "update", "--username", name, "--email", address)

    assert update("alice", "a@example.com").stdout == "user 1, alice, has the e-mail address a@example.com\n"
    assert update("alice", "a@example.com").stdout == "user 1, alice, had the e-mail address a@example.com before\n"
    assert refusal(update("bob", "a@example.com")) == (1, "jwks-server: this e-mail address is taken")
    assert refusal(update("alice", "nobody"))[1].startswith("jwks-server: email must have the form name@domain")
    assert refusal(update("carol", "c@example.com"))[0] == 1
    assert email() == "a@example.com"
    assert update("alice", "").stdout == "user 1, alice, has no e-mail address\n" and email() is None


def test_a_taken_name(server: MakeServer) -> None:
    running = server()
    password = running.client.new_user("taken")
    result = running.run("users", "create", "--username", "taken", "--password-stdin", stdin="another password\n")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert running.client.login("taken", password).status == 200


def test_an_impossible_name(server: MakeServer) -> None:
    result = server().run("users", "create", "--username", "n" * 65, "--password-stdin", stdin="another password\n")
    assert refusal(result) == (1, "jwks-server: username must have at most 64 characters")


@pytest.mark.parametrize("password", ["short", "7 bytes", "p" * 1_025, "e\u0301" * 3])
def test_a_password_that_is_too_short_or_too_long(server: MakeServer, password: str) -> None:
    result = server().run("users", "create", "--username", "chosen", "--password-stdin", stdin=f"{password}\n")
    assert refusal(result) == (1, "jwks-server: the password must have 8 to 1,024 bytes")


def test_a_password_of_eight_bytes(server: MakeServer) -> None:
    running = server()
    running.create_user("eight", "8 bytes!")
    assert running.client.login("eight", "8 bytes!").status == 200

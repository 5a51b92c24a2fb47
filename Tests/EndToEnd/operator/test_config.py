"""What the settings are and where they come from, without a server and without a secret."""

import json
from typing import Any

import pytest

from support import backup
from support.rotation import refusal
from support.server import CONFIGURATION_ERROR, SECRET, MakeServer, Server

REFUSED = [
    {"JWKS_PROT": "1"},
    {"JWKS_PORT": "http"},
    {"JWKS_KEY_ACTIVE_PERIOD": "1h"},
    {"JWKS_DATABASE": "mysql://root:hunter2@db"},
    {"JWKS_RATE_LIMIT_SCOPE": "fleet"},
    {"NOT_MY_KEY": None},
    {"NOT_MY_KEY": ""},
    {"NOT_MY_KEY_FILE": "nowhere"},
    {"JWKS_HOST": "192.0.2.1"},
]


@pytest.mark.parametrize("settings", REFUSED, ids=str)
def test_check_refuses_what_a_start_refuses(prepared_server: MakeServer, settings: dict[str, str | None]) -> None:
    server = prepared_server(**settings)
    answer = refusal(server.run("config", "check"))
    assert answer == server.refusal()
    assert answer[0] == CONFIGURATION_ERROR and "hunter2" not in answer[1]
    assert backup.names(server.directory) == set()


def test_check_while_the_server_runs_and_before_it_ever_did(prepared_server: MakeServer) -> None:
    server = prepared_server()
    for _ in range(2):
        result = server.run("config", "check")
        assert (result.returncode, result.stdout, result.stderr) == (0, "the settings are in order\n", "")
        if server.process is None:
            assert backup.names(server.directory) == set()
            server.start()


def test_check_tells_what_is_unwise(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_RATE_LIMIT="0", JWKS_KEY_PUBLISH_AHEAD="30m")
    result = server.run("config", "check")
    lines = result.stdout.splitlines()
    assert result.returncode == 0 and lines[-1] == "the settings are in order" and len(lines) == 3
    assert lines[0] == "warning: JWKS_RATE_LIMIT is 0: nothing slows down who guesses passwords"
    assert lines[1].startswith("warning: JWKS_KEY_PUBLISH_AHEAD (30m) is less than 1h")
    warnings = json.loads(server.run("config", "check", "--json").stdout)["warnings"]
    assert [f"warning: {warning}" for warning in warnings] == lines[:2]


def printed(server: Server, *options: str) -> dict[str, tuple[Any, Any]]:
    result = server.run("config", "print", "--json", *options)
    assert result.returncode == 0 and not result.stderr, result
    return {entry["name"]: (entry["value"], entry["source"]) for entry in json.loads(result.stdout)["settings"]}


def test_print_says_where_each_value_comes_from(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_PORT="9001", JWKS_HOST="::1", JWKS_ARGON2_MEMORY="32768")
    (server.directory / ".env").write_text("JWKS_HOST=127.0.0.2\nJWKS_ISSUER=https://id.example\n")
    answer = printed(server, "--port", "9002")
    assert answer["NOT_MY_KEY"] == ("set", "environment")
    assert answer["NOT_MY_KEY_NEW"] == ("not set", "-")
    assert answer["JWKS_PORT"] == ("9002", "option --port")
    assert answer["JWKS_HOST"] == ("::1", "environment")
    assert answer["JWKS_ISSUER"] == ("https://id.example", ".env")
    assert answer["JWKS_AUDIENCE"] == ("https://id.example", "default")
    assert answer["JWKS_TOKEN_LIFETIME"] == ("1h", "default")
    assert answer["JWKS_RATE_LIMIT_SCOPE"] == ("node", "default")
    assert answer["JWKS_DATABASE"] == (str(server.database), "default")
    assert answer["JWKS_HASH_THREADS"][0].isdigit()
    table = server.run("config", "print").stdout.splitlines()
    assert table[0].split() == ["SETTING", "VALUE", "SOURCE"] and len(table) == len(answer) + 1
    assert backup.names(server.directory) == {".env"}


def test_print_shows_no_secret(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=None)
    (server.directory / "secret").write_text(SECRET)
    (server.directory / "database").write_text("postgres://jwks:hunter2@db1/jwks\n")
    (server.directory / ".env").write_text("NOT_MY_KEY_FILE=secret\nJWKS_DATABASE_FILE=database\n")
    answer = printed(server)
    assert answer["NOT_MY_KEY"] == ("set", "file secret")
    assert answer["JWKS_DATABASE"] == ("PostgreSQL at db1, database jwks", "file database")
    for result in (server.run("config", "print"), server.run("config", "print", "--json")):
        assert SECRET not in result.stdout and "hunter2" not in result.stdout


def test_print_needs_no_secret_and_refuses_what_is_malformed(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=None)
    assert printed(server)["NOT_MY_KEY"] == ("not set", "-")
    server.settings["JWKS_PORT"] = "http"
    assert refusal(server.run("config", "print"))[0] == CONFIGURATION_ERROR


def test_print_forges_no_line(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_AUDIENCE="a\nFORGED  b\x1b[31m")
    lines = server.run("config", "print").stdout.splitlines()
    assert r"a\u000aFORGED  b\u001b[31m" in next(line for line in lines if line.startswith("JWKS_AUDIENCE"))

"""Who guesses the password of one account has to wait, wherever he comes from; its owner has not."""

import pytest

from support import database
from support.client import Client, Response, assert_error
from support.server import MakeServer, Server

FREE = 10
NAMES = ["resident", "nobody"]


def login(client: Client, block: int, name: str, password: str = "wrong") -> Response:
    return client.login(name, password, {"X-Forwarded-For": f"198.18.{block}.7"})


def guess(client: Client, name: str) -> None:
    """Makes the account one at which blocks wait that fail, by failing from as many."""
    assert [login(client, block, name).status for block in range(FREE)] == [401] * FREE


@pytest.fixture
def running(server: MakeServer) -> Server:
    return server(JWKS_TRUSTED_PROXIES="127.0.0.1")


@pytest.mark.parametrize("name", NAMES)
def test_a_block_that_fails_again_has_to_wait(running: Server, name: str) -> None:
    running.client.new_user("resident")
    guess(running.client, name)
    # Four in a row take less than the eight seconds that they would have to wait.
    statuses = [login(running.client, 1, name).status for _ in range(4)]
    assert statuses[:2] == [401, 429] and 429 in statuses[2:]
    refused = login(running.client, 1, name)
    assert_error(refused, 429, "rate_limited")
    assert refused.headers["Cache-Control"] == "no-store"
    assert 1 <= int(refused.headers["Retry-After"]) <= 2
    assert refused.headers["RateLimit-Policy"].startswith('"account";q=1;w=')
    # Another name from there is another matter.
    assert login(running.client, 1, "somebody-else").status == 401


def test_only_checked_passwords_are_in_the_log(running: Server) -> None:
    guess(running.client, "nobody")
    statuses = [login(running.client, 1, "nobody").status for _ in range(5)]
    assert 429 in statuses
    [(count,)] = database.rows(running.database, "SELECT count(*) FROM auth_logs")
    assert count == FREE + statuses.count(401)


def test_no_stranger_closes_the_account_of_another(running: Server) -> None:
    password = running.client.new_user("resident")
    guess(running.client, "resident")
    for block in range(100):
        login(running.client, block % 20, "resident")
    assert login(running.client, 200, "resident", password).status == 200


def test_it_outlives_a_restart_and_keeps_no_name(running: Server) -> None:
    name = "a-name-that-is-a-password"
    guess(running.client, name)
    assert login(running.client, 1, name).status == 401
    running.stop()
    assert name.encode() not in running.database.read_bytes()
    running.start()
    # The second wait is two seconds long.
    statuses = {login(running.client, 1, name).status for _ in range(3)}
    assert 429 in statuses


def test_without_its_table_logins_go_on(running: Server) -> None:
    password = running.client.new_user("resident")
    database.change(running.database, "DROP TABLE login_delays")
    for block in range(15):
        assert login(running.client, block % 3, "resident").status == 401
        assert login(running.client, block % 3, "resident", password).status == 200
    assert running.client.get("/health/ready").status == 200
    assert running.log.read_text().count("who failed to log in cannot be read") == 1


def test_without_a_limit_nobody_waits(server: MakeServer) -> None:
    client = server(JWKS_RATE_LIMIT="0").client
    assert [client.login("nobody", "wrong").status for _ in range(30)] == [401] * 30

"""Requests that arrive at the same moment."""

from collections import Counter

from support import database
from support.client import login_request, post_json
from support.server import MakeServer


def test_one_name_is_registered_once(server: MakeServer) -> None:
    running = server(JWKS_RATE_LIMIT="0", JWKS_HASH_DEADLINE="30s")
    answers = running.client.at_once(50, lambda _: post_json("/register", {"username": "wanted"}))
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 49}
    assert {answer.json()["error"] for answer in answers if answer.status == 409} == {"username_taken"}

    assert database.value(running.database, "SELECT count(*) FROM users WHERE username = 'wanted'") == 1
    [password] = [answer.json()["password"] for answer in answers if answer.status == 201]
    assert running.client.login("wanted", password).status == 200


def test_one_address_is_registered_once(server: MakeServer) -> None:
    running = server(JWKS_RATE_LIMIT="0", JWKS_HASH_DEADLINE="30s")
    answers = running.client.at_once(
        20, lambda index: post_json("/register", {"username": f"user-{index}", "email": "one@example.com"})
    )
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 19}
    assert {answer.json()["error"] for answer in answers if answer.status == 409} == {"email_taken"}
    assert database.value(running.database, "SELECT count(*) FROM users") == 1


def test_a_burst_gets_exactly_the_limit(server: MakeServer) -> None:
    # A long window, so that the speed of the machine does not matter.
    running = server(JWKS_RATE_LIMIT="10", JWKS_RATE_WINDOW="60s", JWKS_HASH_DEADLINE="30s")
    password = running.client.new_user("burst")
    answers = running.client.at_once(100, lambda _: login_request("burst", password))
    assert Counter(answer.status for answer in answers) == {200: 10, 429: 90}
    assert database.value(running.database, "SELECT count(*) FROM auth_logs") == 10

"""Requests that arrive at the same moment."""

from collections import Counter

from support import database
from support.client import post_json
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

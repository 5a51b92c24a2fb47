"""Three servers of one PostgreSQL tell clients of logouts: what one was doing when it was killed, another does."""

import time
from collections.abc import Iterator

import pytest

from support.postgres import Database
from support.provider import Provider
from support.receiver import Receiver, receiving, verified
from support.relying_party import unsigned
from support.rotation import QUICK, command, until
from support.server import MakeServer

SESSIONS = 100
ALLOWED = QUICK | {"JWKS_BACKCHANNEL_ALLOW_PRIVATE": "127.0.0.1", "JWKS_ISSUER": "http://127.0.0.1:8080"}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def test_a_node_that_is_killed_while_it_delivers_loses_none(
    node: MakeServer, empty_database: Database, receiver: Receiver
) -> None:
    first = node(**ALLOWED)
    first.start()
    first.client.new_user("alice")
    uris = ("--redirect-uri", "https://app.example/cb", "--backchannel-logout-uri", receiver.uri)
    command(first, "clients", "create", "App", "--id", "app", *uris)
    end = int(time.time() * 1000) + 3_600_000
    empty_database.psql(
        "INSERT INTO sessions (hash, id, user_id, authenticated_at, address, user_agent, created_at, seen_at,"
        f" idle_until, expires_at) SELECT decode(md5(i::text), 'hex'), 'sid ' || i, 1, 0, '', '', 0, 0, {end}, {end}"
        f" FROM generate_series(1, {SESSIONS}) AS i;"
        f" INSERT INTO session_clients (session_id, client_id, expires_at) SELECT 'sid ' || i, 'app', {end}"
        f" FROM generate_series(1, {SESSIONS}) AS i"
    )
    receiver.answers.clear()
    assert command(first, "users", "sign-out-everywhere", "--username", "alice")["sessions_ended"] == SESSIONS
    until(lambda: receiver.came, "the first node delivers")
    others = [node(**ALLOWED) for _ in range(2)]
    for other in others:
        other.start()
    first.kill()
    # Its lease, which others wait for, is over.
    empty_database.psql("UPDATE logout_deliveries SET next_at = next_at - 20000 WHERE attempts > 0")
    receiver.answers.set()

    def rows() -> object:
        return empty_database.value("SELECT count(*) FROM logout_deliveries")

    until(lambda: rows() == 0, "everything is delivered", 30)
    provider = Provider(others[0], {})
    told = [verified(each, provider, "app") for each in receiver.told]
    assert {claims["sid"] for claims in told} == {f"sid {number + 1}" for number in range(SESSIONS)}
    assert len({claims["jti"] for claims in told}) == len(told)
    assert all(unsigned(each.token)["sub"] == "1" for each in receiver.told)

"""A key that leaked: out of the JWK Set at once, and its successor signs at once."""

import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from support import database, envelope
from support.client import JWKS_PATH
from support.rotation import (
    FOLLOWS_WITHIN,
    QUICK,
    SHORT,
    Account,
    at_rest,
    command,
    kid_of,
    listed,
    refusal,
    rest,
    states,
    the,
    until,
    verifies,
)
from support.server import SECRET, MakeServer

# Nothing rotates by itself, and every token lives on.
LONG_LIVED = QUICK | {"JWKS_MAX_AGE": "7m"}


def test_the_signing_key_while_the_server_runs(server: MakeServer, report: Callable[[str], None]) -> None:
    running = server(**LONG_LIVED)
    resident = Account.at(running)
    tokens = [resident.token() for _ in range(3)]
    resident.client.login(resident.username, "wrong")
    leaked, successor = kid_of(tokens[0]), the("published", running)
    tag = running.client.get(JWKS_PATH).headers["ETag"]

    answer = command(running, "keys", "revoke", leaked)
    begin = time.monotonic()
    assert set(answer) == {"revoked", "signs", "live_tokens_at_most", "live_grants", "cached_for_at_most", "database"}
    assert (answer["revoked"], answer["signs"]) == (leaked, successor)
    assert answer["live_tokens_at_most"] == len(tokens)
    assert answer["cached_for_at_most"] == 7 * 60

    # Whoever was not sure asks again.
    assert command(running, "keys", "revoke", leaked)["live_tokens_at_most"] == len(tokens)
    until(lambda: leaked not in running.client.published_kids(), "the leaked key is out of the JWK Set", FOLLOWS_WITHIN)
    out = time.monotonic() - begin
    fresh = resident.token()
    assert kid_of(fresh) == successor and verifies(fresh, running.client.jwks())
    report(f"keys revoke, server running: out of the JWK Set after {out:.2f} s")
    assert not any(verifies(token, running.client.jwks()) for token in tokens)
    assert running.client.get(JWKS_PATH, {"If-None-Match": tag}).status == 200

    # The next successor is made and published.
    next_successor = the("published", running)
    until(lambda: running.client.published_kids() == {successor, next_successor}, "a new successor is published")
    assert listed(running).get(leaked, {}).get("state") in (None, "revoked")
    assert listed(running)[successor]["signs"]


def test_the_signing_key_while_the_server_is_stopped(server: MakeServer) -> None:
    running = server(**LONG_LIVED)
    resident = Account.at(running)
    token = resident.token()
    leaked, successor = kid_of(token), the("published", running)
    running.stop()
    answer = command(running, "keys", "revoke", leaked)
    assert (answer["signs"], answer["live_tokens_at_most"]) == (successor, 1)
    assert the("active", running) == successor

    running.start()
    fresh = resident.token()
    assert kid_of(fresh) == successor and verifies(fresh, running.client.jwks())
    assert not verifies(token, running.client.jwks())
    assert len(running.client.published_kids() - {leaked, successor}) == 1


def test_the_successor(server: MakeServer) -> None:
    running = server(**LONG_LIVED)
    resident = Account.at(running)
    active, leaked = resident.signing_kid(), the("published", running)
    answer = command(running, "keys", "revoke", leaked)
    assert (answer["signs"], answer["live_tokens_at_most"]) == (active, 0)
    assert command(running, "keys", "revoke", leaked)["live_tokens_at_most"] == 0
    until(lambda: leaked not in running.client.published_kids(), "the leaked key is out of the JWK Set", FOLLOWS_WITHIN)
    assert resident.signing_kid() == active
    until(lambda: len(running.client.published_kids()) == 2, "a new successor is published")


def test_a_retired_key(server: MakeServer) -> None:
    running = server(**LONG_LIVED | {"JWKS_MAX_AGE": "1s", "JWKS_CLOCK_SKEW": "0s", "JWKS_KEY_PUBLISH_AHEAD": "2s"})
    resident = Account.at(running)
    tokens = [resident.token(), resident.token()]
    leaked = kid_of(tokens[0])
    command(running, "keys", "rotate")
    until(lambda: resident.signing_kid() != leaked, "the rotation")
    assert verifies(tokens[0], running.client.jwks())
    answer = command(running, "keys", "revoke", leaked)
    assert answer["signs"] == resident.signing_kid()
    # At most: a login may be counted to both keys in the second in which they changed places.
    assert answer["live_tokens_at_most"] >= len(tokens)
    until(lambda: leaked not in running.client.published_kids(), "the leaked key is out of the JWK Set", FOLLOWS_WITHIN)
    assert not verifies(tokens[0], running.client.jwks())


def test_nothing_can_sign_with_it_again(server: MakeServer) -> None:
    running = server(**LONG_LIVED)
    resident = Account.at(running)
    leaked = resident.signing_kid()
    command(running, "keys", "revoke", leaked)
    keys = envelope.open_all(running.database, SECRET)
    assert int(leaked) not in keys or isinstance(keys[int(leaked)], RSAPublicKey)
    assert database.value(running.database, "SELECT max(exp) FROM keys WHERE kid = ?", int(leaked)) <= time.time()


def test_its_row_goes_when_its_tokens_are_over(server: MakeServer) -> None:
    running = server(**SHORT | {"JWKS_KEY_ACTIVE_PERIOD": "1h"})
    leaked = Account.at(running).signing_kid()
    command(running, "keys", "revoke", leaked)
    until(lambda: leaked not in dict(states(running)), "the row goes")
    assert leaked not in listed(running)


@pytest.mark.parametrize("is_running", [True, False])
def test_what_cannot_be_revoked(server: MakeServer, is_running: bool) -> None:
    running = server(**LONG_LIVED)
    rest(running)
    if not is_running:
        running.stop()
    before = states(running), database.rows(running.database, "SELECT * FROM keys")
    for kid in ("999", "0", "one", "-1", "", "../1", "1' OR '1'='1", "9" * 400, the("expired", running)):
        code, line = refusal(running.run("keys", "revoke", "--", kid))
        assert code == 1 and (kid in line)
    assert (states(running), database.rows(running.database, "SELECT * FROM keys")) == before


def test_in_words(server: MakeServer) -> None:
    running = server(**LONG_LIVED)
    resident = Account.at(running)
    leaked = resident.signing_kid()
    told = running.run("keys", "revoke", leaked)
    assert told.returncode == 0 and told.stderr == f"jwks-server: in {running.database}\n"
    assert leaked in told.stdout and the("active", running) in told.stdout
    assert "1 live token of" in told.stdout and ("420 s" in told.stdout or "7m" in told.stdout)


@pytest.mark.parametrize("arguments", [["rotate"], ["revoke", "1"]])
def test_a_wrong_secret_changes_nothing(server: MakeServer, prepared_server: MakeServer, arguments: list[str]) -> None:
    running = server(**LONG_LIVED)
    rest(running)
    running.stop()
    before = at_rest(running)
    for secret in (None, "a-wrong-secret"):
        code, line = refusal(prepared_server(running.directory, NOT_MY_KEY=secret).run("keys", *arguments))
        assert code == 78 and "NOT_MY_KEY" in line
    assert at_rest(running) == before

"""The life of a signing key, seen from outside: the JWK Set, the tokens, `keys list`, `keys rotate` and the file."""

import base64
import json
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

import database
import envelope
from client import JWKS_PATH
from rotation import (
    FOLLOWS_WITHIN,
    ON_DEMAND,
    SHORT,
    SHORTEST,
    Account,
    at_rest,
    command,
    kid_of,
    listed,
    moment,
    rest,
    states,
    the,
    until,
    verifies,
)
from server import SECRET, WRONG_SECRET, MakeServer, Server

LIFE = ["published", "active", "retired"]


def is_valid(keys: list[dict[str, str]]) -> bool:
    """RFC 7517 and RFC 7518 §6.3.1, and nothing private."""
    return bool(keys) and all(
        set(key) == {"kty", "use", "alg", "kid", "n", "e"}
        and (key["kty"], key["use"], key["alg"]) == ("RSA", "sig", "RS256")
        and key["kid"]
        and number(key["n"]).bit_length() == 2048
        and number(key["e"]) == 65537
        for key in keys
    )


def number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=="))


def test_the_four_conditions_of_openid(server: MakeServer) -> None:
    """oidcc-server-rotate-keys of OpenID's conformance suite, with the rotation coming by itself."""
    running = server(**SHORTEST | {"JWKS_KEY_ACTIVE_PERIOD": "3s"})
    resident = Account.at(running)
    first = resident.signing_kid()
    before = running.client.jwks()

    def changed() -> list[dict[str, str]] | None:
        # A token of each moment, so that the key that signed it is still needed afterwards.
        signing = resident.signing_kid()
        keys = running.client.jwks()
        return keys if signing != first and keys != before else None

    after = until(changed, "a rotation")
    assert is_valid(before) and is_valid(after)
    old, new = ({key["kid"]: key for key in keys} for keys in (before, after))
    assert len(new) == len(after), "the kids are distinct"
    assert old.items() <= new.items(), "the old keys are still there, unchanged"
    [arrival] = new.keys() - old.keys()
    assert new[arrival]["n"] not in {key["n"] for key in before}, "the new kid is a new key"


def test_every_state_of_a_life(server: MakeServer) -> None:
    running = server(**SHORTEST)
    resident = Account.at(running)
    lives: dict[str, list[str]] = {}
    last: dict[str, dict[str, Any]] = {}

    def has_seen_a_whole_life() -> bool:
        token_kid = resident.signing_kid()
        keys = listed(running)
        for kid, key in keys.items():
            life = lives.setdefault(kid, [])
            if key["state"] not in life:
                life.append(key["state"])
            assert key["signs"] == (key["state"] == "active")
            assert (key["retired_at"] is None) == (key["state"] != "retired")
            if key["signed_until"] and key["safe_to_delete_at"]:
                assert moment(key["signed_until"]) <= moment(key["safe_to_delete_at"])
            if kid in last and key["state"] == "retired" and last[kid]["state"] == "retired":
                assert key["safe_to_delete_at"] == last[kid]["safe_to_delete_at"], "the promise stands"
            last[kid] = key
        in_state = [key["state"] for key in keys.values()]
        assert in_state.count("active") == in_state.count("expired") == 1 and in_state.count("published") <= 1
        # The kid of the token may have retired since.
        assert keys[token_kid]["state"] in ("active", "retired")
        return any(life == LIFE and kid not in keys for kid, life in lives.items())

    until(has_seen_a_whole_life, "a key that was published, signed, retired and left", seconds=40)
    for kid, life in lives.items():
        # The first key begins as the active one.
        assert life in (["expired"], LIFE[:1], LIFE[:2], LIFE, LIFE[1:2], LIFE[1:]), (kid, life)
        if life[:2] == LIFE[:2]:
            assert moment(last[kid]["activates_at"]) - moment(last[kid]["published_at"]) >= 2 - 1

    gone = next(kid for kid, life in lives.items() if life == LIFE and kid not in listed(running))
    assert gone not in running.client.published_kids()
    assert database.rows(running.database, "SELECT kid FROM keys WHERE kid = ?", gone) == []
    assert database.rows(running.database, "SELECT kid FROM key_states WHERE kid = ?", gone) == []
    # It stayed for as long as was said, and for as long as a token of it lived.
    assert time.time() >= moment(last[gone]["safe_to_delete_at"]) >= moment(last[gone]["signed_until"])


def test_a_key_stays_in_the_set_for_its_last_token(server: MakeServer, report: Callable[[str], None]) -> None:
    running = server(**ON_DEMAND | {"JWKS_TOKEN_LIFETIME": "3s"})
    resident = Account.at(running)
    before = the("active", running)
    activates_at = moment(command(running, "keys", "rotate")["activates_at"])
    until(lambda: time.time() > activates_at - 0.5, "the activation is near")
    last = resident.token()
    until(lambda: the("active", running) != before, "the activation")
    exp = database.value(running.database, "SELECT exp FROM keys WHERE kid = ?", before)
    assert kid_of(last) == before and listed(running)[before]["state"] == "retired"
    assert moment(listed(running)[before]["safe_to_delete_at"]) == exp, "keys.exp is when the key leaves the JWK Set"

    last_exp = jwt.decode(last, options={"verify_signature": False})["exp"]
    report(f"retired key: keys.exp is {exp - last_exp} s after the last token's exp (JWKS_TOKEN_LIFETIME is 3 s)")
    assert last_exp <= moment(listed(running)[before]["signed_until"]) <= exp

    while (now := time.time()) < exp - 0.2:
        keys = running.client.jwks()
        assert before in {key["kid"] for key in keys}, f"{exp - now} s early"
        assert now > last_exp - 0.5 or verifies(last, keys)
        time.sleep(0.1)
    until(lambda: before not in running.client.published_kids(), "the key leaves")
    until(lambda: before not in dict(states(running)), "the row goes")


def test_rotate_while_the_server_runs(server: MakeServer, report: Callable[[str], None]) -> None:
    running = server(**ON_DEMAND)
    resident = Account.at(running)
    active, successor = resident.signing_kid(), the("published", running)
    assert moment(listed(running)[successor]["activates_at"]) > time.time() + 3_000

    answer = command(running, "keys", "rotate")
    assert set(answer) == {"kid", "activates_at"} and answer["kid"] == successor
    published = database.value(running.database, "SELECT published_at FROM key_states WHERE kid = ?", successor) / 1000
    # "As near as is safe": published for the whole publish-ahead time, and no longer than that.
    assert -1 <= moment(answer["activates_at"]) - max(published + 2, time.time() - 1) <= 1

    def signs() -> bool:
        return resident.signing_kid() == successor

    assert until(signs, "the successor signs") and time.time() >= published + 2
    late = time.time() - moment(answer["activates_at"])
    report(f"keys rotate, server running: the successor signed {late:.2f} s after the second that was announced")
    assert late < FOLLOWS_WITHIN
    assert {active, successor} <= running.client.published_kids()
    next_successor = until(
        lambda: running.client.published_kids() - {active, successor}, "a new successor is published", FOLLOWS_WITHIN
    )
    assert the("published", running) in next_successor


def test_rotate_again_before_it_is_due_changes_nothing(server: MakeServer) -> None:
    running = server(**ON_DEMAND | {"JWKS_KEY_PUBLISH_AHEAD": "1h"})
    rest(running)
    first = command(running, "keys", "rotate")
    before = states(running), database.rows(running.database, "SELECT * FROM keys")
    assert command(running, "keys", "rotate") == first
    assert (states(running), database.rows(running.database, "SELECT * FROM keys")) == before
    # In words it says the same.
    told = running.run("keys", "rotate")
    assert told.returncode == 0 and first["kid"] in told.stdout and first["activates_at"][11:19] in told.stdout


def test_rotate_while_the_server_is_stopped(server: MakeServer) -> None:
    running = server(**ON_DEMAND)
    resident = Account.at(running)
    token = resident.token()
    active, successor = kid_of(token), the("published", running)
    keys = running.client.jwks()
    running.stop()

    # Too early: it will be safe in up to 2 seconds, which pass without a server.
    answer = command(running, "keys", "rotate")
    assert answer["kid"] == successor
    until(lambda: time.time() > moment(answer["activates_at"]) + 1, "the activation is due")
    running.start()
    assert resident.signing_kid() == successor
    assert verifies(resident.token(), keys), "a verifier that has not fetched since accepts it"
    assert active not in dict(states(running)) or dict(states(running))[active] == "retired"

    # Long enough: it takes effect in the file, and the next start finds it so.
    next_successor = the("published", running)
    published = database.value(running.database, "SELECT max(published_at) FROM key_states") / 1000
    until(lambda: time.time() > published + 2, "the successor was published long enough")
    keys = running.client.jwks()
    running.stop()
    answer = command(running, "keys", "rotate")
    assert answer["kid"] == next_successor and moment(answer["activates_at"]) <= time.time()
    assert the("active", running) == next_successor
    running.start()
    assert resident.signing_kid() == next_successor and verifies(resident.token(), keys)


def test_list_changes_nothing_and_needs_no_secret(server: MakeServer, prepared_server: MakeServer) -> None:
    running = server(**ON_DEMAND)
    rest(running)
    running.stop()
    before = at_rest(running)
    reader = prepared_server(running.directory, **ON_DEMAND | {"NOT_MY_KEY": None})
    keys = listed(reader)
    table = reader.run("keys", "list")
    assert table.returncode == 0 and not table.stderr
    assert at_rest(running) == before

    assert {kid: key["state"] for kid, key in keys.items()} == dict(states(running))
    for kid, key in keys.items():
        assert set(key) == {
            *("kid", "state", "signs", "published_at", "activates_at", "retired_at", "signed_until"),
            *("safe_to_delete_at", "verifiers_known", "verifiers_aware"),
        }
        assert any({kid, key["state"]} <= set(line.split()) for line in table.stdout.splitlines())


def test_list_without_a_database_makes_none(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=None)
    server.run("keys", "list")
    assert database.digests(server.directory) == {}


def test_list_says_which_verifiers_have_the_newest_key(server: MakeServer) -> None:
    running = server(**ON_DEMAND)

    def fetch(*verifiers: str) -> None:
        for verifier in verifiers:
            assert running.client.get(JWKS_PATH, {"User-Agent": verifier}).status == 200

    def readiness() -> tuple[int, int] | None:
        """Of the newest key, without the verifier that this test itself is."""
        newest = the("published", running)
        key = listed(running)[newest]
        return (key["verifiers_aware"], key["verifiers_known"]) if key["verifiers_known"] is not None else None

    fetch("one", "two", "three")
    before = the("published", running)
    until(lambda: (readiness() or (0, 0))[1] >= 4, "three verifiers and the test are known")
    command(running, "keys", "rotate")
    until(lambda: the("active", running) == before and "published" in dict(states(running)).values(), "a rotation")
    newest = the("published", running)
    until(lambda: newest in running.client.published_kids(), "the newest key is in the set")
    fetch("one", "two")
    # The test itself has fetched it too.
    assert until(lambda: (known := readiness()) and known[0] >= 3 and known, "two verifiers have the newest") == (3, 4)
    table = running.run("keys", "list").stdout
    assert re.search(rf"\b3 of 4 known verifiers have key {newest}\b", table), table


def test_a_retired_key_holds_no_private_half(server: MakeServer) -> None:
    running = server(**ON_DEMAND | {"JWKS_TOKEN_LIFETIME": "10m"})
    resident = Account.at(running)
    token = resident.token()
    active = int(kid_of(token))
    before = sealed(running, active)
    assert envelope.content(before) == envelope.PRIVATE
    assert isinstance(envelope.open_all(running.database, SECRET)[active], RSAPrivateKey)

    command(running, "keys", "rotate")
    until(lambda: dict(states(running))[str(active)] == "retired", "the key retires")
    the("published", running)
    after = sealed(running, active)
    assert envelope.content(after) == envelope.PUBLIC and len(after) < len(before) / 2
    keys = envelope.open_all(running.database, SECRET)
    assert isinstance(keys[active], RSAPublicKey)
    published = {int(key["kid"]): number(key["n"]) for key in running.client.jwks()}
    assert {kid: modulus(keys[kid]) for kid in published} == published
    with_private_half = {state for kid, state in states(running) if isinstance(keys[int(kid)], RSAPrivateKey)}
    assert "retired" not in with_private_half

    # Nor do pages that no row uses any more, or the write-ahead log.
    pieces = [before[start : start + 32] for start in range(envelope.HEADER_LENGTH, len(before) - 32, 32)]

    def is_destroyed() -> bool:
        return not any(piece in file.read_bytes() for file in running.directory.iterdir() for piece in pieces)

    until(is_destroyed, "the sealed private half is in no file", FOLLOWS_WITHIN)
    assert verifies(token, running.client.jwks())


def sealed(server: Server, kid: int) -> bytes:
    result = database.value(server.database, "SELECT key FROM keys WHERE kid = ?", kid)
    assert isinstance(result, bytes)
    return result


def modulus(key: envelope.Key) -> int:
    public = key.public_key() if isinstance(key, RSAPrivateKey) else key
    return public.public_numbers().n


def test_the_independent_reader_can_fail(server: MakeServer) -> None:
    running = server(**ON_DEMAND)
    running.stop()
    [record] = envelope.records(running.database)
    rows = dict(database.rows(running.database, "SELECT kid, key FROM keys"))
    kid, row = next(iter(rows.items()))
    assert isinstance(envelope.open_row(kid, row, record, SECRET), RSAPrivateKey)
    for position in range(len(row)):
        altered = row[:position] + bytes([row[position] ^ 1]) + row[position + 1 :]
        with pytest.raises(envelope.CannotOpen):
            envelope.open_row(kid, altered, record, SECRET)
    with pytest.raises(envelope.CannotOpen):
        envelope.open_row(kid + 1, row, record, SECRET)
    assert not envelope.opens(running.database, WRONG_SECRET)


@dataclass(frozen=True)
class Sight:
    """What the JWK Set was answered with, and what `keys list` said at that time."""

    sent: float
    received: float
    tag: str
    body: bytes
    max_age: int
    keys: dict[str, dict[str, Any]]

    def next_change(self) -> float:
        """By `keys list`; the successor's successor comes as it activates. Late by less than a second, never early."""
        if "published" not in {key["state"] for key in self.keys.values()}:
            return self.sent
        waiting = {"published": "activates_at", "retired": "safe_to_delete_at"}
        return min(moment(key[waiting[key["state"]]]) for key in self.keys.values() if key["state"] in waiting)


def watch(server: Server, seconds: float) -> Iterator[Sight]:
    resident = Account.at(server)
    end = time.monotonic() + seconds
    keys = listed(server)
    while time.monotonic() < end:
        resident.token()
        sent = time.time()
        answer = server.client.get(JWKS_PATH)
        received = time.time()
        before, keys = keys, listed(server)
        max_age = re.fullmatch(r"public, max-age=(\d+)", answer.headers["Cache-Control"])
        assert answer.status == 200 and max_age
        # Where the keys changed meanwhile they do not describe this answer.
        if keys == before:
            yield Sight(sent, received, answer.headers["ETag"], answer.body, int(max_age[1]), keys)
        time.sleep(0.05)


def test_the_headers_tell_the_truth(server: MakeServer, report: Callable[[str], None]) -> None:
    longest = 2
    running = server(**SHORT | {"JWKS_KEY_ACTIVE_PERIOD": "4s", "JWKS_MAX_AGE": f"{longest}s"})
    sights = list(watch(running, 8))

    # max-age is min(JWKS_MAX_AGE, time until the set changes), within a second.
    for sight in sights:
        least = min(longest, sight.next_change() - sight.received)
        most = min(longest, sight.next_change() + 1 - sight.sent)
        assert least - 1 <= sight.max_age <= max(0, most) + 1, sight
        assert sight.max_age <= longest
    assert {sight.max_age for sight in sights} == set(range(longest + 1))

    # The entity tag names exactly one set.
    assert len({(sight.tag, sight.body) for sight in sights}) == len({sight.tag for sight in sights})
    assert len({sight.tag for sight in sights}) == len({sight.body for sight in sights})
    changes = [(before, after) for before, after in pairwise(sights) if before.tag != after.tag]
    assert len(changes) >= 2, "the successor's arrival and the retired key's departure"
    assert all(json.loads(before.body) != json.loads(after.body) for before, after in changes)

    # Whoever believes a max-age has the set for no longer than it lasts.
    excess = []
    for _, after in changes:
        earlier = [sight for sight in sights if sight.sent < after.sent]
        excess += [sight.sent + sight.max_age - after.received for sight in earlier if sight.tag != after.tag]
    report(f"max-age: the set changed at most {max(0.0, *excess):.2f} s before a cache ended ({len(sights)} answers)")
    assert max(excess) <= 1

"""`JWKS_KEY_ALGORITHMS`: keys of several algorithms side by side, each with a rotation of its own."""

import time
from collections.abc import Iterator

import pytest

from support import envelope, jwk
from support.jwk import JWK
from support.rotation import (
    FOLLOWS_WITHIN,
    ON_DEMAND,
    SHORT,
    SHORTEST,
    Account,
    command,
    kid_of,
    listed,
    until,
    verifies,
)
from support.server import CONFIGURATION_ERROR, SECRET, MakeServer, Server

ALL = "RS256,ES256,EdDSA"
ALGORITHMS = ALL.split(",")
# The byte of the sealed format for a private half of each.
PRIVATE_CONTENT = {"RS256": 1, "ES256": 3, "EdDSA": 5}
ROTATIONS = 2


def of(algorithm: str, keys: list[JWK]) -> list[JWK]:
    return [key for key in keys if key["alg"] == algorithm]


def algorithms(server: Server) -> set[str]:
    return {key["alg"] for key in server.client.jwks()}


def kids(server: Server, algorithm: str, state: str) -> list[str]:
    """By `keys list`."""
    return [kid for kid, key in listed(server).items() if (key["alg"], key["state"]) == (algorithm, state)]


def active_and_published(server: Server) -> Iterator[tuple[str, str, str]]:
    for kid, key in listed(server).items():
        if key["state"] in ("active", "published"):
            yield key["alg"], key["state"], kid


def is_at_rest(server: Server) -> bool:
    """Every algorithm has a key that signs and its successor: for an hour nothing is due."""
    found = {(algorithm, state) for algorithm, state, _ in active_and_published(server)}
    return len(found) == 2 * len(ALGORITHMS) == len(server.client.jwks())


@pytest.fixture
def running(server: MakeServer) -> Server:
    made = server(**ON_DEMAND | {"JWKS_KEY_ALGORITHMS": ALL})
    until(lambda: is_at_rest(made), "keys of every algorithm")
    return made


def test_rs256_is_there_at_once(prepared_server: MakeServer) -> None:
    server = prepared_server(**ON_DEMAND | {"JWKS_KEY_ALGORITHMS": ALL})
    server.spawn()
    server.wait_for("/.well-known/jwks.json")
    assert "RS256" in algorithms(server)
    until(lambda: algorithms(server) == set(ALGORITHMS), "keys of every algorithm")
    assert Account.at(server).signing_kid() in {key["kid"] for key in of("RS256", server.client.jwks())}


def test_each_key_of_the_set_is_well_formed(running: Server) -> None:
    keys = running.client.jwks()
    read = [jwk.public_key(key) for key in keys]
    assert {key["alg"] for key in keys} == set(ALGORITHMS)
    assert len({key["kid"] for key in keys}) == len(keys)
    assert len({envelope.encoded(key) for key in read}) == len(keys)


def test_each_private_key_belongs_to_its_jwk(running: Server) -> None:
    sealed = envelope.open_all(running.database, SECRET)
    contents = envelope.contents(running.database)
    for key in running.client.jwks():
        private = sealed[int(key["kid"])]
        assert isinstance(private, envelope.PrivateKey)
        assert contents[int(key["kid"])] == PRIVATE_CONTENT[key["alg"]]
        assert envelope.encoded(private.public_key()) == envelope.encoded(jwk.public_key(key))


def test_keys_list_names_the_algorithm(running: Server) -> None:
    keys = listed(running)
    for key in running.client.jwks():
        assert keys[key["kid"]]["alg"] == key["alg"]
    header, *lines = running.run("keys", "list").stdout.splitlines()
    assert "ALG" in header.split()
    for kid, key in keys.items():
        assert any(line.split()[:1] == [kid] and key["alg"] in line.split() for line in lines), (kid, lines)


def test_each_algorithm_rotates_on_its_own(server: MakeServer) -> None:
    running = server(**SHORTEST | {"JWKS_KEY_ALGORITHMS": ALL})
    resident = Account.at(running)
    signed: dict[str, list[str]] = {algorithm: [] for algorithm in ALGORITHMS}
    algorithm_of: dict[str, str] = {}

    def has_rotated() -> bool:
        token = resident.token()
        keys = running.client.jwks()
        assert verifies(token, keys)
        for key in keys:
            assert algorithm_of.setdefault(key["kid"], key["alg"]) == key["alg"], "a kid keeps its algorithm"
        found = list(active_and_published(running))
        assert len({(algorithm, state) for algorithm, state, _ in found}) == len(found), "one of each, at most"
        for algorithm, state, kid in found:
            if state == "active" and kid not in signed[algorithm]:
                signed[algorithm].append(kid)
        assert algorithm_of[kid_of(token)] == "RS256"
        return all(len(each) > ROTATIONS for each in signed.values())

    until(has_rotated, f"{ROTATIONS} rotations of each algorithm", seconds=60)
    for algorithm, each in signed.items():
        assert each == sorted(each, key=int), algorithm


def test_an_algorithm_that_is_turned_off_leaves(running: Server) -> None:
    resident = Account.at(running)
    token = resident.token()
    before = {key["kid"]: key for key in running.client.jwks()}
    assert of("ES256", list(before.values()))
    running.stop()
    running.settings["JWKS_KEY_ALGORITHMS"] = "RS256,EdDSA"
    running.spawn()
    running.wait_for("/.well-known/jwks.json")
    # No token was signed with them: nobody needs them any more.
    until(lambda: algorithms(running) == {"RS256", "EdDSA"}, "the keys of ES256 leave", seconds=2)
    after = {key["kid"]: key for key in running.client.jwks()}
    assert after.items() <= before.items() and before.keys() - after.keys() == {
        key["kid"] for key in of("ES256", list(before.values()))
    }
    # The first token has expired where the stop and the start took two seconds: another under the same key.
    fresh = resident.token()
    assert verifies(fresh, running.client.jwks()) and kid_of(fresh) == kid_of(token)


def test_an_algorithm_that_is_turned_on_is_published_first(server: MakeServer) -> None:
    running = server(**SHORT | {"JWKS_KEY_ACTIVE_PERIOD": "1h"})
    resident = Account.at(running)
    signing, before = resident.signing_kid(), running.client.jwks()
    running.stop()
    running.settings["JWKS_KEY_ALGORITHMS"] = "RS256,ES256"
    begin = time.time()
    running.spawn()
    running.wait_for("/.well-known/jwks.json")
    until(lambda: algorithms(running) == {"RS256", "ES256"}, "a key of ES256")
    assert all(key in running.client.jwks() for key in before), "the others stay"
    [first] = {key["kid"] for key in of("ES256", running.client.jwks())}
    assert listed(running)[first]["state"] == "published"
    until(lambda: kids(running, "ES256", "active") == [first], "it signs")
    # As every successor: seen by all verifiers beforehand.
    assert time.time() - begin >= 4
    assert resident.signing_kid() == signing


def test_a_revoked_key_is_replaced_by_one_of_its_algorithm(running: Server) -> None:
    leaked, *_ = kids(running, "EdDSA", "published")
    others = {key["kid"] for key in running.client.jwks() if key["alg"] != "EdDSA"}
    command(running, "keys", "revoke", leaked)
    until(lambda: leaked not in running.client.published_kids(), "the leaked key is out of the JWK Set", FOLLOWS_WITHIN)
    until(lambda: kids(running, "EdDSA", "published") not in ([], [leaked]), "a new successor is published")
    assert others <= running.client.published_kids()


@pytest.mark.parametrize("value", ["ES256", "RS256,HS256", "none", "RS256,es256,"])
def test_what_is_refused(prepared_server: MakeServer, value: str) -> None:
    server = prepared_server(JWKS_KEY_ALGORITHMS=value)
    code, line = server.refusal()
    assert code == CONFIGURATION_ERROR and "JWKS_KEY_ALGORITHMS" in line
    assert not server.database.exists()

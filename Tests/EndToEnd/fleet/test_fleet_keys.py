"""Several servers on one PostgreSQL: one successor for each rotation, and every node follows."""

import time
from collections.abc import Callable
from functools import partial

from support.client import JWKS_PATH
from support.nodes import lacks, rest, signs_with, started, states
from support.postgres import Database
from support.rotation import FOLLOWS_WITHIN, ON_DEMAND, SHORTEST, Account, command, exp_of, kid_of, until, verifies
from support.server import MakeServer, Server

NODES_AT_ONCE = 10
# What a token has left when it is looked at, at the least.
MARGIN = 0.5


def test_many_start_at_once_on_an_empty_database(
    node: MakeServer, empty_database: Database, report: Callable[[str], None]
) -> None:
    nodes = [node(**ON_DEMAND) for _ in range(NODES_AT_ONCE)]
    begin = time.monotonic()
    for each in nodes:
        each.spawn()
    for each in nodes:
        each.wait_for(JWKS_PATH)
    until(lambda: len({each.client.get(JWKS_PATH).headers["ETag"] for each in nodes}) == 1, "one and the same set")
    rest(empty_database)
    until(lambda: all(len(each.client.jwks()) == 2 for each in nodes), "the set is complete on every node")
    report(f"{NODES_AT_ONCE} nodes at once on an empty database: one JWK Set after {time.monotonic() - begin:.2f} s")
    assert len({each.client.get(JWKS_PATH).headers["ETag"] for each in nodes}) == 1
    assert sorted(state for _, state in states(empty_database)) == ["active", "expired", "published"]
    assert empty_database.value("SELECT count(*) AS n FROM key_encryption_keys") == 1
    password = nodes[0].client.new_user("everywhere")
    assert len({kid_of(each.client.token("everywhere", password)) for each in nodes}) == 1


def test_a_rotation_reaches_every_node(three: list[Server], report: Callable[[str], None]) -> None:
    first, *others = three
    resident = Account.at(first)
    before = resident.signing_kid()
    successor = command(first, "keys", "rotate")["kid"]
    begin = time.monotonic()
    for other in others:
        until(partial(signs_with, other, resident, successor), "the successor signs", 2 + FOLLOWS_WITHIN)
    report(f"keys rotate: two other nodes sign with the next key after {time.monotonic() - begin:.2f} s")
    assert before != successor


def test_a_revocation_reaches_every_node(three: list[Server], report: Callable[[str], None]) -> None:
    first, *others = three
    resident = Account.at(first)
    leaked = resident.signing_kid()
    assert first.run("keys", "revoke", leaked).returncode == 0
    begin = time.monotonic()
    for other in others:
        until(partial(lacks, other, leaked), "the key is out of the set", 2)
    report(f"keys revoke: out of the set of two other nodes after {time.monotonic() - begin:.2f} s")
    for each in three:
        until(partial(lacks, each, leaked), "the key is out of the set", 2)
        fresh = Account(each.client, resident.password).token()
        assert kid_of(fresh) != leaked
        assert all(verifies(fresh, other.client.jwks()) for other in three)


def test_one_new_key_for_each_rotation(node: MakeServer, empty_database: Database) -> None:
    nodes = [started(node, **SHORTEST) for _ in range(3)]
    rest(empty_database)
    resident = Account.at(nodes[0])
    signed: list[str] = []

    def has_rotated() -> bool:
        for signer in nodes:
            token = Account(signer.client, resident.password).token()
            sets = [each.client.jwks() for each in nodes]
            # It lives for two seconds; on a machine that was busy for so long its key may rightly be gone.
            if exp_of(token) - time.time() < MARGIN:
                continue
            assert all(verifies(token, keys) for keys in sets), (token, sets)
            if kid_of(token) not in signed:
                signed.append(kid_of(token))
        return len(signed) > 3

    until(has_rotated, "three rotations", seconds=30)
    assert signed == sorted(signed, key=int)
    # One successor for each, and no kid was used up by a node that came second.
    ever = empty_database.value("SELECT max(kid) AS newest FROM keys")
    assert ever <= int(signed[-1]) + 1

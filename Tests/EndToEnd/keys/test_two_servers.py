"""Two processes on one SQLite file: each decides to rotate, and there is one new key."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from support import database
from support.client import JWKS_PATH
from support.rotation import FOLLOWS_WITHIN, SHORT, SHORTEST, Account, kid_of, rest, states, the, until, verifies
from support.server import MakeServer, Server

ROTATIONS = 3


@dataclass
class Sight:
    """The two sets and the rows, one right after the other."""

    moment: float
    tags: tuple[str, str]
    states: list[tuple[str, str]]
    keys_ever: int

    @property
    def active(self) -> str:
        [kid] = [kid for kid, state in self.states if state == "active"]
        return kid


def see(first: Server, second: Server) -> Sight:
    tags = [server.client.get(JWKS_PATH).headers["ETag"] for server in (first, second)]
    # One statement, so that the rows and their number are of one moment.
    rows = database.rows(
        first.database,
        "SELECT kid, state, (SELECT seq FROM sqlite_sequence WHERE name = 'keys') FROM key_states ORDER BY kid",
    )
    return Sight(time.monotonic(), (tags[0], tags[1]), [(str(kid), state) for kid, state, _ in rows], rows[0][2])


def test_one_new_key_for_each_rotation(server: MakeServer, report: Callable[[str], None]) -> None:
    first = server(**SHORTEST)
    second = server(first.directory, **SHORTEST)
    rest(first)
    here = Account.at(first)
    there = Account(second.client, here.password)
    sights: list[Sight] = []

    def has_rotated() -> bool:
        tokens = here.token(), there.token()
        # Each token against the set of the server that did not issue it.
        assert verifies(tokens[0], second.client.jwks()), tokens[0]
        assert verifies(tokens[1], first.client.jwks()), tokens[1]
        sight = see(first, second)
        sights.append(sight)
        in_state = [state for _, state in sight.states]
        assert in_state.count("active") == in_state.count("expired") == 1 and in_state.count("published") <= 1
        return len({sight.active for sight in sights}) > ROTATIONS and "published" in in_state

    until(has_rotated, f"{ROTATIONS} rotations", seconds=60)
    signed = list(dict.fromkeys(sight.active for sight in sights))
    assert sights[-1].keys_ever - sights[0].keys_ever == len(signed) - 1, "one new key for each rotation"
    assert signed == sorted(signed, key=int)
    longest = max(disagreements(sights), default=0.0)
    report(f"two servers: {len(signed) - 1} rotations, the sets differed for {longest:.2f} s at the longest")
    assert longest < FOLLOWS_WITHIN
    until(lambda: len(set(see(first, second).tags)) == 1, "both serve the same set")
    for running in (first, second):
        log = running.log.read_text()
        assert "WARNING key" not in log and "ERROR" not in log, log


def disagreements(sights: list[Sight]) -> Iterator[float]:
    """How long the two sets were different, each time."""
    since: float | None = None
    for sight in sights:
        if sight.tags[0] == sight.tags[1]:
            since = None
        else:
            since = since or sight.moment
            yield sight.moment - since


def test_both_start_on_no_database(prepared_server: MakeServer) -> None:
    first = prepared_server(**SHORT | {"JWKS_KEY_ACTIVE_PERIOD": "1h"})
    second = prepared_server(first.directory, **SHORT | {"JWKS_KEY_ACTIVE_PERIOD": "1h"})
    first.spawn()
    second.spawn()
    for running in (first, second):
        running.wait_for(JWKS_PATH)
    rest(first)
    until(lambda: {len(running.client.jwks()) for running in (first, second)} == {2}, "both sets are complete")
    time.sleep(1.5)
    assert sorted(state for _, state in states(first)) == ["active", "expired", "published"]
    assert database.value(first.database, "SELECT count(*) FROM key_encryption_keys") == 1
    assert database.value(first.database, "SELECT seq FROM sqlite_sequence WHERE name = 'keys'") == 3
    assert first.client.jwks() == second.client.jwks()
    here = Account.at(first)
    assert kid_of(Account(second.client, here.password).token()) == here.signing_kid() == the("active", first)


def test_a_revocation_reaches_both(server: MakeServer) -> None:
    periods = SHORT | {"JWKS_KEY_ACTIVE_PERIOD": "1h"}
    first = server(**periods)
    second = server(first.directory, **periods)
    rest(first)
    here = Account.at(first)
    leaked = here.signing_kid()
    assert first.run("keys", "revoke", leaked).returncode == 0
    for running in (first, second):
        until(partial(lacks, running, leaked), "the key is out of the set", FOLLOWS_WITHIN)
        assert Account(running.client, here.password).signing_kid() != leaked


def lacks(server: Server, kid: str) -> bool:
    return kid not in server.client.published_kids()

"""`keys rotate`, while the server runs and while it does not."""

import time
from collections.abc import Callable

import pytest

from support import database
from support.rotation import (
    FOLLOWS_WITHIN,
    ON_DEMAND,
    Account,
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
from support.server import MakeServer


@pytest.mark.alone
def test_rotate_while_the_server_runs(server: MakeServer, report: Callable[[str], None]) -> None:
    running = server(**ON_DEMAND)
    resident = Account.at(running)
    active, successor = resident.signing_kid(), the("published", running)
    assert moment(listed(running)[successor]["activates_at"]) > time.time() + 3_000

    answer = command(running, "keys", "rotate")
    assert set(answer) == {"kid", "activates_at", "database"} and answer["kid"] == successor
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

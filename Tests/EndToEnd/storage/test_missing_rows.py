"""A key of which somebody else deleted a half: the server says so, makes another, and goes on."""

import pytest

from support import database
from support.rotation import FOLLOWS_WITHIN, QUICK, rest, states, the, until, verifies
from support.server import MakeServer, Server

STATE_ALONE = "SELECT kid FROM key_states WHERE kid NOT IN (SELECT kid FROM keys)"
KEY_ALONE = "SELECT kid FROM keys WHERE kid NOT IN (SELECT kid FROM key_states)"


def is_whole(server: Server) -> bool:
    found = [state for _, state in states(server)]
    return (
        all(found.count(state) == 1 for state in ("active", "published", "expired"))
        and not database.rows(server.database, STATE_ALONE)
        and not database.rows(server.database, KEY_ALONE)
    )


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "starting"])
@pytest.mark.parametrize("state", ["active", "published", "expired"])
@pytest.mark.parametrize("table", ["keys", "key_states"])
def test_a_row_that_is_gone(server: MakeServer, table: str, state: str, is_running: bool) -> None:
    running = server(**QUICK)
    rest(running)
    password = running.client.new_user("alice")
    token = running.client.token("alice", password)
    kid = the(state, running)
    if not is_running:
        running.stop()
    # Python's SQLite minds no REFERENCES unless it is told to.
    database.change(running.database, f"DELETE FROM {table} WHERE kid = ?", kid)
    if not is_running:
        running.start()

    until(lambda: is_whole(running), "all keys anew", FOLLOWS_WITHIN + 5)
    kept = {found for found, its_state in states(running) if its_state in ("active", "published", "expired")}
    assert kid not in kept
    new = running.client.token("alice", password)
    assert verifies(new, running.client.jwks()) and running.client.expired_token("alice", password)
    # A key that lost its state goes on verifying what it signed; one that is gone cannot.
    assert verifies(token, running.client.jwks()) == (state != "active" or table == "key_states")
    told = [line for line in running.log.read_text().splitlines() if "deleted by somebody else" in line]
    assert len(told) == 1 and f"kid={kid}" in told[0]
    assert "cannot be kept" not in running.log.read_text()
    database.assert_sound(running.database)


def test_a_lost_revocation_does_not_bring_a_key_back(server: MakeServer) -> None:
    running = server(**QUICK)
    rest(running)
    # The key has signed: its record stays until its tokens have expired.
    running.client.token("alice", running.client.new_user("alice"))
    kid = the("active", running)
    assert running.run("keys", "revoke", kid).returncode == 0
    until(lambda: kid not in running.client.published_kids(), "the revocation", FOLLOWS_WITHIN)
    database.change(running.database, "DELETE FROM key_states WHERE kid = ?", kid)
    until(lambda: kid not in dict(states(running)), "the row is gone", FOLLOWS_WITHIN)
    assert kid not in running.client.published_kids()

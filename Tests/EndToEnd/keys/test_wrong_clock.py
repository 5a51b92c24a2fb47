"""The machine's clock is wrong when the server starts."""

import shutil
from pathlib import Path

import pytest

from support import database
from support.needs import skip_without
from support.rotation import QUICK, Account, command, listed, moment, rest, the, until
from support.server import MakeServer, Server

# Nothing rotates unless someone asks for it.
SETTINGS = QUICK | {"JWKS_KEY_PUBLISH_AHEAD": "30m", "JWKS_MAX_AGE": "1m"}


def with_the_clock(server: Server, offset: str, arguments: tuple[str, ...] = ()) -> None:
    """From the next start on; the clock that no one can set is left alone, as a wrong clock leaves it."""
    faketime = shutil.which("faketime")
    if faketime is None:
        skip_without("faketime")
    assert faketime
    wrapper = server.directory.with_suffix(".faketime")
    library = next(Path("/usr/lib").rglob("libfaketime.so.1"))
    wrapper.write_text(
        f"#!/bin/sh\nexport LD_PRELOAD={library} FAKETIME={offset} FAKETIME_DONT_FAKE_MONOTONIC=1\n"
        f'exec {server.binary} "$@"\n'
    )
    wrapper.chmod(0o755)
    server.binary = wrapper


@pytest.mark.parametrize("offset", ["+1h", "+3650d"])
def test_a_successor_is_not_older_than_it_is(server: MakeServer, offset: str) -> None:
    running = server(**SETTINGS)
    rest(running)
    resident = Account.at(running)
    active, successor = resident.signing_kid(), the("published", running)
    command(running, "keys", "rotate")
    binary = running.binary
    running.stop()

    with_the_clock(running, offset)
    running.start()
    assert resident.signing_kid() == active, "the successor was published seconds ago"
    assert "what has passed counts" in running.log.read_text()
    assert database.value(running.database, "SELECT state FROM key_states WHERE kid = ?", successor) == "published"
    running.stop()

    # The clock is right again: nothing of the hour is left.
    running.binary = binary
    running.start()
    assert resident.signing_kid() == active
    published = database.value(running.database, "SELECT published_at FROM key_states WHERE kid = ?", successor) / 1000
    assert abs(moment(listed(running)[successor]["activates_at"]) - (published + 1800)) < 2


@pytest.mark.parametrize("offset", ["+36500d", "-20000d"])
def test_a_clock_that_is_absurd_stops_nothing(server: MakeServer, offset: str) -> None:
    running = server(**SETTINGS)
    rest(running)
    resident = Account.at(running)
    running.stop()
    with_the_clock(running, offset)
    running.start()
    assert resident.signing_kid() in running.client.published_kids()
    assert until(lambda: running.client.get("/health/ready").status == 200, "ready")

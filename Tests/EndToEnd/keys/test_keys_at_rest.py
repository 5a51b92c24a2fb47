"""The secret that seals the private keys: what happens when it, or a sealed key, is not the right one."""

import re
from collections.abc import Callable

import pytest

from support import database
from support.server import CONFIGURATION_ERROR, WRONG_SECRET, MakeServer, Server


@pytest.fixture
def stopped(server: MakeServer) -> Server:
    """A server with a database of its own, stopped cleanly."""
    running = server()
    running.client.new_user("resident")
    running.stop()
    return running


@pytest.mark.parametrize("secret", [None, "", WRONG_SECRET])
def test_a_wrong_or_missing_secret_changes_nothing(
    stopped: Server, prepared_server: MakeServer, secret: str | None
) -> None:
    before = database.digests(stopped.directory)
    code, line = prepared_server(stopped.directory, NOT_MY_KEY=secret).refusal()
    assert code == CONFIGURATION_ERROR and "NOT_MY_KEY" in line
    assert database.digests(stopped.directory) == before


def test_without_a_secret_no_database_is_made(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=None)
    code, line = server.refusal()
    assert code == CONFIGURATION_ERROR and "NOT_MY_KEY" in line
    assert database.digests(server.directory) == {}


def exchange_rows(server: Server) -> None:
    (first_kid, first_key), (second_kid, second_key) = sealed_keys(server)[:2]
    database.change(server.database, "UPDATE keys SET key = ? WHERE kid = ?", second_key, first_kid)
    database.change(server.database, "UPDATE keys SET key = ? WHERE kid = ?", first_key, second_kid)


def change_a_bit(server: Server) -> None:
    for kid, key in sealed_keys(server):
        damaged = key[:-1] + bytes([key[-1] ^ 1])
        database.change(server.database, "UPDATE keys SET key = ? WHERE kid = ?", damaged, kid)


def cut_off(server: Server) -> None:
    for kid, key in sealed_keys(server):
        database.change(server.database, "UPDATE keys SET key = ? WHERE kid = ?", key[:20], kid)


def sealed_keys(server: Server) -> list[tuple[int, bytes]]:
    return database.rows(server.database, "SELECT kid, key FROM keys ORDER BY kid")


@pytest.mark.parametrize("damage", [exchange_rows, change_a_bit, cut_off])
def test_a_key_that_cannot_be_opened_is_never_replaced(stopped: Server, damage: Callable[[Server], None]) -> None:
    damage(stopped)
    damaged = sealed_keys(stopped)
    _, line = stopped.refusal()
    assert re.search(r"\bkey [12]\b", line) and "cannot be opened" in line
    assert sealed_keys(stopped) == damaged

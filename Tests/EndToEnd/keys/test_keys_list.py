"""`keys list`: what is there, and who has the newest key."""

import re

from support import database
from support.client import JWKS_PATH
from support.rotation import ON_DEMAND, at_rest, command, listed, refusal, rest, states, the, until
from support.server import MakeServer


def test_list_changes_nothing_and_needs_no_secret(server: MakeServer, prepared_server: MakeServer) -> None:
    running = server(**ON_DEMAND)
    rest(running)
    running.stop()
    before = at_rest(running)
    reader = prepared_server(running.directory, **ON_DEMAND | {"NOT_MY_KEY": None})
    keys = listed(reader)
    table = reader.run("keys", "list")
    assert table.returncode == 0 and table.stderr == f"jwks-server: in {running.database}\n"
    assert at_rest(running) == before

    assert {kid: key["state"] for kid, key in keys.items()} == dict(states(running))
    for kid, key in keys.items():
        assert set(key) | {"alg"} == {
            "alg",
            *("kid", "state", "signs", "published_at", "activates_at", "retired_at", "signed_until"),
            *("safe_to_delete_at", "verifiers_known", "verifiers_aware"),
        }
        assert any({kid, key["state"]} <= set(line.split()) for line in table.stdout.splitlines())


def test_list_without_a_database_makes_none(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=None)
    code, line = refusal(server.run("keys", "list"))
    assert code == 78 and f"there is no database at {server.database}: " in line and "JWKS_DATABASE" in line
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

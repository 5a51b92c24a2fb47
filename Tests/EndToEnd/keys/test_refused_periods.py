"""Periods that cannot keep every verifier whole stop the server and the commands; the sums are in KeySettingsTests."""

import pytest

from support.rotation import refusal
from support.server import CONFIGURATION_ERROR, MakeServer

CONTRADICTION = {"JWKS_KEY_PUBLISH_AHEAD": "10m", "NOT_MY_KEY_NEW_FILE": "/proc/sys/kernel/ostype"}


@pytest.mark.parametrize("arguments", [[], ["keys", "rotate"], ["keys", "revoke", "1"], ["master-key", "rotate"]])
def test_a_contradiction(prepared_server: MakeServer, arguments: list[str]) -> None:
    server = prepared_server(**CONTRADICTION)
    code, line = refusal(server.run(*arguments))
    assert code == CONFIGURATION_ERROR
    # The sum that fails: 2 × 5m + 1m.
    assert all(part in line for part in ("JWKS_KEY_PUBLISH_AHEAD", "JWKS_MAX_AGE", "JWKS_CLOCK_SKEW", "10m", "11m"))
    assert not server.database.exists()


def test_the_limit_itself_is_accepted(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_KEY_PUBLISH_AHEAD="11m")
    server.spawn()
    server.wait_for("/ping")

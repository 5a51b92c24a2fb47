"""Periods that cannot keep every verifier whole are refused at start, with the sum that fails."""

import re

import pytest

from support.rotation import refusal
from support.server import CONFIGURATION_ERROR, MakeServer

AHEAD, ACTIVE, MAX_AGE, SKEW, LIFETIME = (
    "JWKS_KEY_PUBLISH_AHEAD",
    "JWKS_KEY_ACTIVE_PERIOD",
    "JWKS_MAX_AGE",
    "JWKS_CLOCK_SKEW",
    "JWKS_TOKEN_LIFETIME",
)

# Settings, what the line names, and the numbers of the sum that fails.
CONTRADICTIONS: list[tuple[dict[str, str], list[str], list[str]]] = [
    # Published for less than two caches, one after the other, plus the skew.
    ({AHEAD: "10m"}, [AHEAD, MAX_AGE, SKEW], ["10m", "5m", "1m", "11m"]),
    ({AHEAD: "659s"}, [AHEAD, MAX_AGE, SKEW], ["659s", "5m", "1m", "11m"]),
    ({AHEAD: "3s", MAX_AGE: "2s", SKEW: "0s"}, [AHEAD, MAX_AGE, SKEW], ["3s", "2s", "0s", "4s"]),
    ({AHEAD: "4s", MAX_AGE: "2s", SKEW: "1s"}, [AHEAD, MAX_AGE, SKEW], ["4s", "2s", "1s", "5s"]),
    ({MAX_AGE: "12h"}, [AHEAD, MAX_AGE, SKEW], ["1d", "12h", "1m", "1441m"]),
    ({SKEW: "1d"}, [AHEAD, MAX_AGE, SKEW], ["1d", "5m", "1450m"]),
    # Due before the successor may sign.
    ({ACTIVE: "23h"}, [ACTIVE, AHEAD], ["23h", "1d"]),
    ({AHEAD: "31d"}, [ACTIVE, AHEAD], ["30d", "31d"]),
    ({ACTIVE: "3s", AHEAD: "4s", MAX_AGE: "1s", SKEW: "0s", LIFETIME: "1s"}, [ACTIVE, AHEAD], ["3s", "4s"]),
    # A token that outlives its key.
    ({LIFETIME: "30d"}, [ACTIVE, LIFETIME, SKEW], ["30d", "1m", "43201m"]),
    ({LIFETIME: "60d"}, [ACTIVE, LIFETIME, SKEW], ["30d", "60d", "1m"]),
    (
        {ACTIVE: "6s", AHEAD: "4s", MAX_AGE: "1s", SKEW: "1s", LIFETIME: "6s"},
        [ACTIVE, LIFETIME, SKEW],
        ["6s", "1s", "7s"],
    ),
]


@pytest.mark.parametrize(("settings", "names", "numbers"), CONTRADICTIONS)
def test_a_contradiction(
    prepared_server: MakeServer, settings: dict[str, str], names: list[str], numbers: list[str]
) -> None:
    server = prepared_server(**settings)
    code, line = server.refusal()
    assert code == CONFIGURATION_ERROR
    for name in names:
        assert name in line
    for number in numbers:
        assert re.search(rf"\b{number}\b", line), (number, line)
    assert not server.database.exists()


@pytest.mark.parametrize("arguments", [["keys", "rotate"], ["keys", "revoke", "1"], ["master-key", "rotate"]])
def test_a_contradiction_stops_commands_too(prepared_server: MakeServer, arguments: list[str]) -> None:
    server = prepared_server(**{AHEAD: "10m", "NOT_MY_KEY_NEW": "another"})
    code, line = refusal(server.run(*arguments))
    assert code == CONFIGURATION_ERROR and AHEAD in line
    assert not server.database.exists()


@pytest.mark.parametrize(
    "settings",
    [
        {AHEAD: "11m"},
        {AHEAD: "2s", ACTIVE: "2s", MAX_AGE: "1s", SKEW: "0s", LIFETIME: "1s"},
        {AHEAD: "30d", ACTIVE: "30d"},
        {ACTIVE: "86460s", LIFETIME: "24h"},
    ],
)
def test_the_limits_themselves_are_accepted(prepared_server: MakeServer, settings: dict[str, str]) -> None:
    server = prepared_server(**settings)
    server.spawn()
    server.wait_for("/ping")

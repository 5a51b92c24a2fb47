"""The audit log that several servers share."""

import json
import signal
import subprocess
from typing import Any

import pytest

from support.nodes import started
from support.postgres import Database
from support.rotation import QUICK, until
from support.server import BINARY, MakeServer, Server


@pytest.fixture
def two(node: MakeServer, empty_database: Database) -> list[Server]:
    return [started(node, **QUICK) for _ in range(2)]


def audit(server: Server, *arguments: str) -> list[dict[str, Any]]:
    """What `audit --json` says, the newest first."""
    result = server.run("audit", "--json", "--limit", "0", *arguments)
    assert result.returncode == 0, result
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_is_one_for_all(two: list[Server]) -> None:
    password = two[0].client.new_user("alice")
    follow = subprocess.Popen(
        [BINARY, "audit", "--follow", "--json", "--limit", "1"],
        cwd=two[0].directory,
        env=two[0].environment(),
        stdout=subprocess.PIPE,
    )
    assert follow.stdout is not None
    assert json.loads(follow.stdout.readline())["username"] == "alice"
    for turn in range(6):
        assert two[turn % 2].client.login("alice", password).status == 200
    # Whose rows come first is theirs.
    assert {json.loads(follow.stdout.readline())["action"] for _ in range(6)} == {"login"}
    follow.send_signal(signal.SIGTERM)
    assert follow.wait(10) == 0
    assert len(audit(two[1], "--user", "alice", "--action", "login", "--outcome", "success")) == 6
    assert two[0].run("users", "disable", "--username", "alice").returncode == 0
    assert two[1].client.login("alice", password).status == 401
    assert [(row["action"], row["reason"]) for row in audit(two[0], "--user", "alice")][:2] == [
        ("login", "disabled"),
        ("user.disable", None),
    ]


def test_is_pruned_by_all_at_once(two: list[Server], empty_database: Database) -> None:
    young = two[0].client.new_user("alice")
    assert young
    for each in two:
        each.stop()
    kept = empty_database.value("SELECT count(*) FROM audit_events")
    empty_database.psql(
        "INSERT INTO audit_events (recorded_at, actor, action, outcome)"
        " SELECT number, 'caller', 'login', 'failure' FROM generate_series(1, 1000) AS number"
    )
    for each in two:
        each.settings["JWKS_AUDIT_RETENTION"] = "1h"
        each.start()
    old = "SELECT count(*) FROM audit_events WHERE recorded_at < 2000"
    until(lambda: empty_database.value(old) == 0, "the old rows are gone", 20)
    assert empty_database.value("SELECT count(*) FROM audit_events") >= kept

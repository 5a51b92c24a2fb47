"""Servers on the PostgreSQL of this run."""

from collections.abc import Iterator

import pytest

from support.nodes import rest, started
from support.postgres import Database
from support.rotation import ON_DEMAND
from support.server import MakeServer, Server


@pytest.fixture
def running(node: MakeServer, empty_database: Database) -> Server:
    made = started(node, **ON_DEMAND)
    rest(empty_database)
    return made


@pytest.fixture
def three(node: MakeServer, empty_database: Database) -> Iterator[list[Server]]:
    nodes = [started(node, **ON_DEMAND) for _ in range(3)]
    rest(empty_database)
    yield nodes
    for each in nodes:
        log = each.log.read_text()
        assert "ERROR" not in log and "CRITICAL" not in log, log

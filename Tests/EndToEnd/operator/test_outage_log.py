"""What cannot be done for many requests is two lines of the log, not one for each of them."""

import json
import sqlite3
from collections import Counter
from contextlib import closing
from typing import Any

from support import cluster
from support.client import login_request
from support.needs import skip_without
from support.postgres import program
from support.rotation import QUICK, until
from support.server import MakeServer, Server

REQUESTS = 100
BEGAN = "the database does not answer: requests are refused"
ENDED = "the database answers again"


def everything(server: Server) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.log.read_text().splitlines()]


def lines(server: Server, *messages: str) -> list[dict[str, Any]]:
    return [line for line in everything(server) if line["message"] in messages]


def refused(server: Server) -> None:
    answers = server.client.at_once(REQUESTS, lambda number: login_request(f"user-{number}", "wrong"))
    assert Counter((answer.status, answer.json()["error"]) for answer in answers) == {(503, "unavailable"): REQUESTS}


def is_told_in_two_lines(server: Server) -> None:
    until(lambda: server.client.get("/health/ready").status == 200, "ready again", 20)
    until(lambda: lines(server, ENDED), "the end of it")
    began, ended = lines(server, BEGAN, ENDED)
    assert (began["level"], ended["level"]) == ("error", "notice")
    assert ended["requests"] == str(REQUESTS)
    assert int(ended["lasted_ms"]) > 0 and int(ended["failures"]) >= REQUESTS
    assert [line["message"] for line in everything(server) if line["level"] in ("error", "critical")] == [BEGAN]
    assert server.client.login("nobody", "wrong").status == 401


def test_a_database_that_is_locked(server: MakeServer) -> None:
    running = server(**QUICK, JWKS_LOG_FORMAT="json")
    with closing(sqlite3.connect(running.database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        refused(running)
        connection.execute("ROLLBACK")
    is_told_in_two_lines(running)


def test_a_postgresql_that_is_down(prepared_server: MakeServer) -> None:
    if program("initdb") is None:
        skip_without("PostgreSQL")
    with cluster.cluster() as made:
        running = prepared_server(**QUICK, JWKS_LOG_FORMAT="json", JWKS_DATABASE=made.database.url)
        running.start()
        made.stop(immediately=True)
        refused(running)
        made.start()
        is_told_in_two_lines(running)
        running.stop()

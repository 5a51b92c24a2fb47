"""(k): login time against the size of the tables."""

import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from context import Account, Bench
from load import ToolFailed
from support.client import login_request, send
from support.server import Server
from table import Bar, Row

THOUSAND, HUNDRED_THOUSAND, MILLION = 1_000, 100_000, 1_000_000
LOG_ROWS = 10_000_000
NEEDED_BYTES = 3_000_000_000
BLOCK = 10
"""Logins at one server before it is another's turn."""

# A prime over a million spreads the names over the index; consecutive ones would lie side by side.
NAME = "'user-' || (number * 7919 % 1000003)"
NUMBERS = "WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?)"
INSERT_USERS = f"""
    {NUMBERS} INSERT INTO users (username, password_hash, email, date_registered)
    SELECT {NAME}, ?, 'user-' || number || '@example.org', '2026-01-01 00:00:00' FROM numbers
"""
INSERT_LOGS = f"""
    {NUMBERS} INSERT INTO auth_logs (request_ip, request_timestamp, user_id)
    SELECT '127.0.0.1', '2026-01-01 00:00:00', number % ? + 1 FROM numbers
"""


def username(number: int) -> str:
    return f"user-{number * 7919 % 1000003}"


@dataclass
class Case:
    what: str
    users: int
    server: Server
    times: list[float] = field(default_factory=list)


def user_count(bench: Bench) -> list[Row]:
    """Four servers on files of 1 thousand, 100 thousand and 1 million users, and of 1 million users with 10 million
    rows in auth_logs. The rows are written straight into the stopped server's file; all users share the hash of one
    that was registered, so that any can log in. One client logs users in that are drawn at random, one after the other:
    ten at one server, ten at the next, and so on, 100 (--quick: 30) at each per run, of which the median is taken.
    The ratio is to 1 thousand users in the same run."""
    if shutil.disk_usage(bench.directory).free < NEEDED_BYTES:
        raise ToolFailed(f"needs {NEEDED_BYTES // 10**9} GB of disk")
    account, cases = _prepare(bench)
    return by_table_size(bench, "login", account, cases)


def by_table_size(bench: Bench, what: str, account: Account, cases: list[Case]) -> list[Row]:
    """Logins at each case in turn; the first is the control of the others."""
    logins = 30 if bench.is_quick else 100
    generator = random.Random(4)
    with ExitStack() as stack:
        connections: list[tuple[Case, HTTPConnection]] = []
        for case in cases:
            stack.enter_context(bench.running(case.server))
            connections.append((case, stack.enter_context(closing(case.server.client.connect()))))
        for number in range(-1, bench.runs):
            times: list[list[float]] = [[] for _ in cases]
            for _ in range(logins // BLOCK if number >= 0 else 1):
                for own, (case, connection) in zip(times, connections, strict=True):
                    own += _logins(connection, case, account, generator)
            if number >= 0:
                for own, case in zip(times, cases, strict=True):
                    case.times.append(median(own))
    fewest, *more = cases
    rows = [Row("k", f"{what}, {fewest.what}", "ms", fewest.times)]
    rows += [Row("k", f"{what}, {case.what}", "ms", case.times, fewest.times, "1 thousand") for case in more]
    rows[2].bars = [Bar("ratio", 1.05, 1.01, most=True)]
    return rows


def _logins(connection: HTTPConnection, case: Case, account: Account, generator: random.Random) -> Iterator[float]:
    for _ in range(BLOCK):
        request = login_request(username(generator.randint(1, case.users)), account.password)
        begun = time.perf_counter()
        answer = send(connection, request)
        yield 1000 * (time.perf_counter() - begun)
        if answer.status != 200:
            raise ToolFailed(f"a login at {case.what} was answered {answer.status}")


def _prepare(bench: Bench) -> tuple[Account, list[Case]]:
    with bench.server("users", JWKS_RATE_LIMIT="0") as first:
        account = bench.account(first)

    def case(what: str, users: int, source: Path, fill: Callable[[Path], None]) -> Case:
        server = bench.new_server("users", JWKS_RATE_LIMIT="0")
        shutil.copy(source, server.database)
        fill(server.database)
        return Case(what, users, server)

    def with_users(count: int) -> Callable[[Path], None]:
        return lambda file: _fill(file, INSERT_USERS, count, account.phc)

    with closing(sqlite3.connect(first.database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    cases = [
        case("1 thousand users", THOUSAND, first.database, with_users(THOUSAND)),
        case("100 thousand users", HUNDRED_THOUSAND, first.database, with_users(HUNDRED_THOUSAND)),
        case("1 million users", MILLION, first.database, with_users(MILLION)),
    ]
    million = cases[-1].server.database
    cases.append(
        case(
            "1 million users, 10 million log rows",
            MILLION,
            million,
            lambda file: _fill(file, INSERT_LOGS, LOG_ROWS, MILLION),
        )
    )
    return account, cases


def _fill(file: Path, sql: str, *values: object) -> None:
    """In one transaction without a journal: nothing else has the file open. The server turns the WAL on again."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-200000; BEGIN")
        connection.execute(sql, values)
        connection.execute("COMMIT")
    with file.open("rb+") as written:
        os.fsync(written)

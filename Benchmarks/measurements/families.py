"""(p) and (q): refreshes against the size of the tables, and while what is over is deleted."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from access import (
    TABLES_OF_ACCESS,
    add_client,
    add_codes,
    add_families,
    add_what_is_over,
    fetch,
    now,
    of_sqlite,
    refreshing,
)
from context import Bench
from load import LoadResult, ToolFailed
from support.oauth import App
from support.server import Server
from table import Bar, Row

THOUSAND, MILLION = 1_000, 1_000_000
DRAWN = 10_000
"""Of so many families the tokens are refreshed."""
OVER, OVER_IF_QUICK = 250_000, 50_000
NEEDED_BYTES = 3_000_000_000
CONNECTIONS = 32
WARM_UP = 1


@dataclass
class _Case:
    server: Server
    request: dict[str, object]
    results: list[LoadResult] = field(default_factory=list)

    def run(self, bench: Bench) -> None:
        with bench.load(
            self.server, connections=CONNECTIONS, warmup=WARM_UP, seconds=bench.seconds, **self.request
        ) as load:
            self.results.append(load.result(bench.seconds + 30))

    @property
    def rates(self) -> list[float]:
        return [result.rate(200) for result in self.results]

    def latencies(self, name: str) -> list[float]:
        return [result.latency[name] for result in self.results]

    def problems(self, name: str) -> list[str]:
        return [
            f"{name}, run {number}: {problem}"
            for number, result in enumerate(self.results, 1)
            for problem in result.problems(200)
        ]


def families(bench: Bench) -> list[Row]:
    """Two servers side by side on all cores, with 1 thousand and with 1 million (--quick: 100 thousand) users, each
    with a session and a grant that can be refreshed. The rows are written straight into the stopped server's file.
    http-load refreshes for a confidential client, 32 keep-alive connections, closed loop: at the one all thousand in
    turn, at the other 10 thousand that were drawn at random (--quick: 1 thousand); every second run begins with the
    other. The first run of each does not count."""
    many = MILLION // 10 if bench.is_quick else MILLION
    if shutil.disk_usage(bench.directory).free < NEEDED_BYTES:
        raise ToolFailed(f"needs {NEEDED_BYTES // 10**9} GB of disk")
    few_case = _case(bench, THOUSAND, THOUSAND)
    many_case = _case(bench, many, THOUSAND if bench.is_quick else DRAWN)
    with bench.running(few_case.server), bench.running(many_case.server):
        for case in (few_case, many_case):
            case.run(bench)
            case.results.clear()
        for round in bench.rounds:
            for case in (few_case, many_case) if round % 2 == 0 else (many_case, few_case):
                case.run(bench)
    name = f"{many:,}".replace(",", " ")
    rows = [
        Row("p", f"refreshes with {name} families", "refreshes/s", many_case.rates, few_case.rates, "1 thousand"),
        Row("p", "p99 of these", "ms", many_case.latencies("p99"), few_case.latencies("p99"), "1 thousand"),
    ]
    rows[0].bars = [Bar("ratio", 0.91)]
    rows[0].notes = _sizes(many_case.server.database)
    for row in rows:
        row.problems = few_case.problems("1 thousand") + many_case.problems(name)
    return rows


def pruning(bench: Bench) -> list[Row]:
    """A thousand families as in (p), in two files: in one of them also 250,000 (--quick: 50,000) flows, sessions and
    grants each that ended a day ago. Per run a server is started on the one, then on the other, and refreshes as in
    (p): on the second it deletes meanwhile, and is not through with it."""
    over = OVER_IF_QUICK if bench.is_quick else OVER
    without = _case(bench, THOUSAND, THOUSAND)
    beside = _Case(bench.new_server("pruning", JWKS_RATE_LIMIT="0"), without.request)
    _closed(without.server.database)
    shutil.copy(without.server.database, beside.server.database)
    tables = of_sqlite(beside.server.database)
    add_what_is_over(tables, App("web"), over)
    deleted: list[float] = []
    problems: list[str] = []
    for round in bench.rounds:
        for case in (without, beside) if round % 2 == 0 else (beside, without):
            before = _left(beside.server.database)
            with bench.running(case.server):
                case.run(bench)
            if case is beside:
                left = _left(beside.server.database)
                deleted.append((before - left) / (bench.seconds + WARM_UP))
                if left == 0:
                    problems.append(f"run {round + 1}: all was deleted before its end")
    rows = [
        Row("q", "refreshes while old rows go", "refreshes/s", beside.rates, without.rates, "without"),
        Row("q", "p99 of these", "ms", beside.latencies("p99"), without.latencies("p99"), "without"),
    ]
    rows[0].bars, rows[1].bars = [Bar("ratio", 0.833)], [Bar("ratio", 1.2, most=True)]
    rows[0].notes = [f"some {min(deleted):,.0f} to {max(deleted):,.0f} rows/s went".replace(",", " ")]
    for row in rows:
        row.problems = problems + without.problems("without") + beside.problems("while rows go")
    return rows


def _case(bench: Bench, count: int, drawn: int) -> _Case:
    """A server that is stopped, with so many families, and the request that refreshes those that were drawn."""
    server = bench.new_server("families", JWKS_RATE_LIMIT="0")
    with bench.running(server):
        client = add_client(server)
    tables = of_sqlite(server.database)
    add_families(tables, client, count)
    codes = add_codes(tables, client, drawn)
    with bench.running(server):
        tokens = fetch(server, client, codes)
    return _Case(server, refreshing(client, tokens, bench.new_directory("lines") / "tokens"))


def _closed(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _left(file: Path) -> int:
    tables = of_sqlite(file)
    return sum(tables.count(table, f"expires_at < {now()}") for table in TABLES_OF_ACCESS)


def _sizes(file: Path) -> list[str]:
    """What the tables with their indices take, and the file."""
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
        try:
            taken: Sequence[tuple[str, int]] = connection.execute(
                "SELECT tbl_name, sum(pgsize) FROM dbstat JOIN sqlite_schema USING (name)"
                " WHERE tbl_name IN ('users', 'sessions', 'grants') GROUP BY tbl_name"
            ).fetchall()
        except sqlite3.OperationalError:  # this SQLite was built without dbstat
            taken = []
    named = [f"{table} {size / 1e6:.0f} MB with its indices" for table, size in taken]
    return [*named, f"the file {file.stat().st_size / 1e6:.0f} MB"]

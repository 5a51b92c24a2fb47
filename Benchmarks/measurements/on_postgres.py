"""(d) and (k) on PostgreSQL: a cluster of its own on this machine, which shares the cores."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from statistics import median

from context import Account, Bench
from load import JSON_TYPE, LoadResult, ToolFailed
from measurements.logins import WARM_UP
from measurements.user_count import BLOCK, HUNDRED_THOUSAND, LOG_ROWS, MILLION, THOUSAND, username
from support import postgres
from support.client import login_request, send
from support.postgres import Cluster, Database
from support.server import Server
from table import Bar, Row

Settings = dict[str, str | None]
UNLIMITED: Settings = {"JWKS_RATE_LIMIT": "0"}
NEXT_TO_NOTHING: Settings = {"JWKS_ARGON2_MEMORY": "1024", "JWKS_ARGON2_PASSES": "1"}
FROM_EVERYWHERE: Settings = {"JWKS_TRUSTED_PROXIES": "127.0.0.1"}
ADDRESS = "X-Forwarded-For: {address}"
LOG_ROWS_OF_A_QUICK_RUN = 1_000_000

INSERT_USERS = """
    INSERT INTO users (username, password_hash, email, date_registered)
    SELECT 'user-' || (number * 7919 % 1000003), :'phc', 'user-' || number || '@example.org', '2026-01-01 00:00:00'
    FROM generate_series(1::bigint, :count) AS number;
"""
INSERT_LOGS = """
    INSERT INTO auth_logs (request_ip, request_timestamp, user_id)
    SELECT '127.0.0.1', '2026-01-01 00:00:00', (SELECT min(id) FROM users) + number % :users
    FROM generate_series(1, :count) AS number;
"""


@contextmanager
def _cluster() -> Iterator[Cluster]:
    """As it comes, durable, but with a buffer that a table of a million users fits into."""
    with postgres.cluster(fsync="on", synchronous_commit="on", shared_buffers="512MB", max_wal_size="4GB") as made:
        yield made


@dataclass
class _Runner:
    server: Server
    account: Account
    headers: Sequence[str]
    rates: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def run(self, bench: Bench, number: int) -> None:
        with bench.load(
            self.server,
            "/auth",
            method="POST",
            body=self.account.login,
            headers=[JSON_TYPE, *self.headers],
            connections=bench.login_connections,
            warmup=WARM_UP,
            seconds=bench.seconds,
        ) as load:
            result: LoadResult = load.result(bench.seconds + 30)
        self.rates.append(result.rate(200))
        self.problems += [f"run {number + 1}: {problem}" for problem in result.problems(200)]


def logins(bench: Bench) -> list[Row]:
    """Two servers side by side on all cores, one on SQLite and one on PostgreSQL (fsync on, the same disk, the same
    cores, no rate limit): http-load logs one user in at one of them, then at the other, over 16 or more keep-alive
    connections, closed loop; every second run begins with the other. Then the same with a hash of next to nothing
    (1 MiB, 1 pass), which leaves the database's part of a login; and that once more on PostgreSQL with the default
    limit, counted by the fleet against counted by the node, where every request comes from another address."""
    with _cluster() as cluster, ExitStack() as stack:

        def runner(settings: Settings, headers: Sequence[str] = (), *, on_postgres: bool = True) -> _Runner:
            database = cluster.database.another() if on_postgres else None
            made = Server(
                bench.new_directory("logins"), settings | ({"JWKS_DATABASE": database.url} if database else {})
            )
            stack.enter_context(bench.running(made))
            return _Runner(made, _account(made, database) if database else bench.account(made), headers)

        rows = [
            _side_by_side(
                bench,
                Row("d", "logins on PostgreSQL", "logins/s", control_name="SQLite"),
                runner(UNLIMITED),
                runner(UNLIMITED, on_postgres=False),
            ),
            _side_by_side(
                bench,
                Row("d", "the same, hash of next to nothing", "logins/s", control_name="SQLite"),
                runner(UNLIMITED | NEXT_TO_NOTHING),
                runner(UNLIMITED | NEXT_TO_NOTHING, on_postgres=False),
            ),
            _side_by_side(
                bench,
                Row("d", "that on PostgreSQL, limit of the fleet", "logins/s", control_name="of the node"),
                runner(FROM_EVERYWHERE | NEXT_TO_NOTHING | {"JWKS_RATE_LIMIT_SCOPE": "fleet"}, [ADDRESS]),
                runner(FROM_EVERYWHERE | NEXT_TO_NOTHING | {"JWKS_RATE_LIMIT_SCOPE": "node"}, [ADDRESS]),
            ),
        ]
        rows[0].notes.append(_version(cluster))
        return rows


def _side_by_side(bench: Bench, row: Row, measured: _Runner, control: _Runner) -> Row:
    for number in bench.rounds:
        for runner in (measured, control) if number % 2 == 0 else (control, measured):
            runner.run(bench, number)
    row.values, row.controls = measured.rates, control.rates
    row.problems = measured.problems + [f"{row.control_name}, {problem}" for problem in control.problems]
    row.notes = [measured.account.phc.split("$")[3]]
    return row


def _account(server: Server, database: Database) -> Account:
    password = server.client.new_user("alice")
    return Account("alice", password, database.value("SELECT password_hash FROM users WHERE username = 'alice'"))


def _version(cluster: Cluster) -> str:
    version = cluster.database.value("SELECT current_setting('server_version') AS version")
    return f"PostgreSQL {version}"


@dataclass
class _Case:
    what: str
    users: int
    log_rows: int
    database: Database
    times: list[float] = field(default_factory=list)


def user_count(bench: Bench) -> list[Row]:
    """Four servers on databases of 1 thousand, 100 thousand and 1 million users, and of 1 million users with 10 million
    rows in auth_logs (--quick: 1 million), in one PostgreSQL. The rows are written straight into the tables of the
    stopped server and analysed; all users share the hash of one that was registered. One client logs users in that are
    drawn at random, ten at one server, ten at the next, and so on, 100 (--quick: 30) at each per run, of which the
    median is taken. The ratio is to 1 thousand users in the same run."""
    logs = LOG_ROWS_OF_A_QUICK_RUN if bench.is_quick else LOG_ROWS
    generator = random.Random(4)
    with _cluster() as cluster, ExitStack() as stack:
        account, cases = _prepare(bench, cluster, logs)
        connections: list[tuple[_Case, HTTPConnection]] = []
        for case in cases:
            server = Server(bench.new_directory("users"), {"JWKS_RATE_LIMIT": "0", "JWKS_DATABASE": case.database.url})
            stack.enter_context(bench.running(server))
            connections.append((case, stack.enter_context(closing(server.client.connect()))))
        for number in range(-1, bench.runs):
            times: list[list[float]] = [[] for _ in cases]
            for _ in range((30 if bench.is_quick else 100) // BLOCK if number >= 0 else 1):
                for own, (case, connection) in zip(times, connections, strict=True):
                    own += _logins(connection, case, account, generator)
            if number >= 0:
                for own, case in zip(times, cases, strict=True):
                    case.times.append(median(own))
        fewest, *more = cases
        rows = [Row("k", f"login on PostgreSQL, {fewest.what}", "ms", fewest.times, notes=[_version(cluster)])]
        rows += [
            Row("k", f"login on PostgreSQL, {case.what}", "ms", case.times, fewest.times, "1 thousand") for case in more
        ]
        rows[2].bars = [Bar("ratio", 1.05, 1.01, most=True)]
        return rows


def _logins(connection: HTTPConnection, case: _Case, account: Account, generator: random.Random) -> Iterator[float]:
    for _ in range(BLOCK):
        request = login_request(username(generator.randint(1, case.users)), account.password)
        begun = time.perf_counter()
        answer = send(connection, request)
        yield 1000 * (time.perf_counter() - begun)
        if answer.status != 200:
            raise ToolFailed(f"a login at {case.what} was answered {answer.status}")


def _prepare(bench: Bench, cluster: Cluster, logs: int) -> tuple[Account, list[_Case]]:
    first = cluster.database.another()
    with bench.server("users", JWKS_RATE_LIMIT="0", JWKS_DATABASE=first.url) as server:
        account = _account(server, first)
    cases = [
        _Case("1 thousand users", THOUSAND, 0, cluster.database.another(first)),
        _Case("100 thousand users", HUNDRED_THOUSAND, 0, cluster.database.another(first)),
        _Case("1 million users", MILLION, 0, cluster.database.another(first)),
        _Case(f"1 million users, {logs // MILLION} million log rows", MILLION, logs, cluster.database.another(first)),
    ]
    for case in cases:
        case.database.psql(INSERT_USERS, phc=account.phc, count=case.users)
        if case.log_rows:
            case.database.psql(INSERT_LOGS, users=case.users, count=case.log_rows)
        # What autovacuum would do in the middle of the measurement.
        case.database.psql("VACUUM ANALYZE;")
    cluster.database.psql("CHECKPOINT;")
    return account, cases

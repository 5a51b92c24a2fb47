"""(d) and (k) on PostgreSQL: a cluster of its own on this machine, which shares the cores."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from context import Account, Bench
from measurements.logins import WARM_UP
from measurements.user_count import HUNDRED_THOUSAND, LOG_ROWS, MILLION, THOUSAND, Case, by_table_size
from support import cluster
from support.cluster import Cluster
from support.postgres import Database
from support.server import Server
from table import Row

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
def durable() -> Iterator[Cluster]:
    """As it comes, durable, but with a buffer that a table of a million users fits into."""
    with cluster.cluster(fsync="on", synchronous_commit="on", shared_buffers="512MB", max_wal_size="4GB") as made:
        yield made


@dataclass
class _Runner:
    server: Server
    account: Account
    headers: Sequence[str]
    rates: list[float] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def run(self, bench: Bench, number: int) -> None:
        with bench.log_in(
            self.server, self.account, warmup=WARM_UP, seconds=bench.seconds, headers=self.headers
        ) as load:
            result = load.result(bench.seconds + 30)
        self.rates.append(result.rate(200))
        self.problems += [f"run {number + 1}: {problem}" for problem in result.problems(200)]


def logins(bench: Bench) -> list[Row]:
    """Two servers side by side on all cores, one on SQLite and one on PostgreSQL (fsync on, the same disk, the same
    cores, no rate limit): http-load logs one user in at one of them, then at the other, over 16 or more keep-alive
    connections, closed loop; every second run begins with the other. Then the same with a hash of next to nothing
    (1 MiB, 1 pass), which leaves the database's part of a login; and that once more on PostgreSQL with the default
    limit, counted by the fleet against counted by the node, where every request comes from another address."""
    with durable() as made, ExitStack() as stack:

        def runner(settings: Settings, headers: Sequence[str] = (), *, on_postgres: bool = True) -> _Runner:
            database = made.database.another() if on_postgres else None
            server = bench.new_server("logins", **settings | ({"JWKS_DATABASE": database.url} if database else {}))
            stack.enter_context(bench.running(server))
            return _Runner(server, _account(server, database) if database else bench.account(server), headers)

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
        rows[0].notes.append(version(made))
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


def version(made: Cluster) -> str:
    """For a row's notes."""
    version = made.database.value("SELECT current_setting('server_version') AS version")
    return f"PostgreSQL {version}"


def user_count(bench: Bench) -> list[Row]:
    """Four servers on databases of 1 thousand, 100 thousand and 1 million users, and of 1 million users with 10 million
    rows in auth_logs (--quick: 1 million), in one PostgreSQL. The rows are written straight into the tables of the
    stopped server and analysed; all users share the hash of one that was registered. One client logs users in that are
    drawn at random, ten at one server, ten at the next, and so on, 100 (--quick: 30) at each per run, of which the
    median is taken. The ratio is to 1 thousand users in the same run."""
    logs = LOG_ROWS_OF_A_QUICK_RUN if bench.is_quick else LOG_ROWS
    with durable() as made:
        account, cases = _prepare(bench, made, logs)
        rows = by_table_size(bench, "login on PostgreSQL", account, cases)
        rows[0].notes.append(version(made))
        return rows


def _prepare(bench: Bench, made: Cluster, logs: int) -> tuple[Account, list[Case]]:
    first = made.database.another()
    with bench.server("users", None, **UNLIMITED | {"JWKS_DATABASE": first.url}) as server:
        account = _account(server, first)

    def case(what: str, users: int, log_rows: int = 0) -> Case:
        database = made.database.another(first)
        database.psql(INSERT_USERS, phc=account.phc, count=users)
        if log_rows:
            database.psql(INSERT_LOGS, users=users, count=log_rows)
        # What autovacuum would do in the middle of the measurement.
        database.psql("VACUUM ANALYZE;")
        return Case(what, users, bench.new_server("users", **UNLIMITED | {"JWKS_DATABASE": database.url}))

    cases = [
        case("1 thousand users", THOUSAND),
        case("100 thousand users", HUNDRED_THOUSAND),
        case("1 million users", MILLION),
        case(f"1 million users, {logs // MILLION} million log rows", MILLION, logs),
    ]
    made.database.psql("CHECKPOINT;")
    return account, cases

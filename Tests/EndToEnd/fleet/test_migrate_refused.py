"""`migrate` that cannot carry everything carries nothing."""

import random
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from support import database
from support.contents import in_postgres, in_sqlite
from support.migration import migrate, tables
from support.postgres import Database
from support.rotation import ON_DEMAND, Account, at_rest, refusal, rest, until, verifies
from support.server import BINARY, CONFIGURATION_ERROR, DEADLINE, WRONG_SECRET, MakeServer, Server

LOG_ROWS = 200_000

KILLS = 4

SEED = 20260103


@pytest.fixture
def source(server: MakeServer) -> Server:
    """A stopped server with a past: users, logins good and bad, a rotation on request and a revoked key."""
    running = server(**ON_DEMAND)
    rest(running)
    return running


def test_what_is_there_is_not_touched(source: Server, empty_database: Database) -> None:
    Account.at(source)
    source.stop()
    assert migrate(source, empty_database).returncode == 0
    before = empty_database.dump()
    code, line = refusal(migrate(source, empty_database))
    assert code != 0 and "--to" in line
    assert empty_database.dump() == before


def test_tables_of_somebody_else(source: Server, empty_database: Database) -> None:
    source.stop()
    empty_database.psql("CREATE TABLE users (name text); INSERT INTO users VALUES ('theirs');")
    before = empty_database.dump()
    refusal(migrate(source, empty_database))
    assert empty_database.dump() == before


def test_a_wrong_secret(source: Server, empty_database: Database) -> None:
    source.stop()
    before = at_rest(source)
    code, line = refusal(migrate(source, empty_database, NOT_MY_KEY=WRONG_SECRET))
    assert code == CONFIGURATION_ERROR and "NOT_MY_KEY" in line
    assert tables(empty_database) == [] and at_rest(source) == before


def test_a_source_that_is_not_there(prepared_server: MakeServer, empty_database: Database) -> None:
    server = prepared_server()
    refusal(migrate(server, empty_database))
    assert not server.database.exists(), "it is not made either"
    assert tables(empty_database) == []


def test_a_password_on_the_command_line(source: Server, empty_database: Database) -> None:
    password = "the-password-of-a-database"
    url = empty_database.url.replace("postgres@", f"postgres:{password}@")
    code, line = refusal(source.run("migrate", "--from", f"sqlite:{source.database}", "--to", url))
    assert code == CONFIGURATION_ERROR and "--to" in line and password not in line
    assert tables(empty_database) == []


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE users SET username = 'resi' || char(0) || 'dent'", id="NUL"),
        pytest.param("UPDATE users SET username = CAST(x'ff41' AS text)", id="not UTF-8"),
        pytest.param("UPDATE users SET username = x'616263'", id="bytes"),
        pytest.param("UPDATE users SET last_login = 'yesterday'", id="no date"),
        pytest.param("UPDATE auth_logs SET user_id = 999", id="nobody"),
    ],
)
def test_what_postgres_cannot_hold(source: Server, empty_database: Database, change: str) -> None:
    assert Account.at(source).token()
    source.stop()
    database.change(source.database, change)
    refusal(migrate(source, empty_database))
    assert tables(empty_database) == []


def with_many_logins(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute(
            "WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?)"
            " INSERT INTO auth_logs (request_ip, request_timestamp, user_id)"
            " SELECT '192.0.2.' || (number % 250), '2026-01-01 00:00:00', 1 FROM numbers",
            (LOG_ROWS,),
        )


def test_death_in_the_middle(
    source: Server, node: MakeServer, empty_database: Database, report: Callable[[str], None]
) -> None:
    """All or nothing, whenever it is killed; a busy machine may be done before a death: that one does not count."""
    resident = Account.at(source)
    source.stop()
    with_many_logins(source.database)
    contents = in_sqlite(source.database)
    chance = random.Random(SEED)
    elsewhere = empty_database.another()
    begin = time.monotonic()
    assert migrate(source, elsewhere).returncode == 0
    longest = time.monotonic() - begin
    elsewhere.drop()

    deaths = 0
    for _ in range(4 * KILLS):
        killed_after(chance.uniform(0.1, 0.9) * longest, source, empty_database)
        if tables(empty_database):
            assert in_postgres(empty_database) == contents
            empty_database.psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
            longest *= 0.8
        else:
            deaths += 1
        if deaths == KILLS:
            break
    assert deaths == KILLS

    result = migrate(source, empty_database)
    assert result.returncode == 0, result
    assert in_postgres(empty_database) == contents
    assert empty_database.value("SELECT count(*) AS n FROM auth_logs") == LOG_ROWS
    report(f"migrate: {LOG_ROWS} rows of auth_logs in {longest:.2f} s; {KILLS} SIGKILLs in it left nothing")
    moved = node(**ON_DEMAND)
    moved.start()
    assert verifies(Account(moved.client, resident.password).token(), moved.client.jwks())


def killed_after(seconds: float, source: Server, target: Database) -> None:
    process = subprocess.Popen(
        [BINARY, "migrate", "--from", f"sqlite:{source.database}", "--to", target.url],
        cwd=source.directory,
        env=source.environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    process.kill()
    process.wait(DEADLINE)
    # PostgreSQL notices at the latest when it next reads.
    until(lambda: others(target) == 0, "the connection is gone")


def others(target: Database) -> int:
    count = target.value(
        "SELECT count(*) AS n FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    assert isinstance(count, int)
    return count

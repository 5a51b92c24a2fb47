"""`migrate`: from a file of SQLite to an empty database of PostgreSQL, all of it or nothing."""

import random
import re
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

import database
import original
from client import JWKS_PATH
from postgres import Database
from rotation import ON_DEMAND, Account, at_rest, command, kid_of, refusal, rest, states, the, until, verifies
from server import BINARY, CONFIGURATION_ERROR, DEADLINE, WRONG_SECRET, MakeServer, Server

USERS = 20
LOG_ROWS = 200_000
KILLS = 4
SEED = 20260103

# Both databases understand these.
TABLES = {
    "users": "id, username, password_hash, email, CAST(date_registered AS text), CAST(last_login AS text)",
    "auth_logs": "id, request_ip, CAST(request_timestamp AS text), user_id",
    "keys": "kid, exp",
    "key_states": "kid, state, published_at, activates_at, retired_at, signed_until",
}
Contents = dict[str, list[tuple[object, ...]]]


def in_sqlite(file: Path) -> Contents:
    return {table: database.rows(file, f"SELECT {these} FROM {table} ORDER BY 1") for table, these in TABLES.items()}


def in_postgres(target: Database) -> Contents:
    return {
        table: [tuple(map(without_zone, row)) for row in target.rows(f"SELECT {these} FROM {table} ORDER BY 1")]
        for table, these in TABLES.items()
    }


def without_zone(value: object) -> object:
    """A moment in UTC as SQLite has it."""
    return re.sub(r"(?<=:\d\d)\+00$", "", value) if isinstance(value, str) else value


def migrate(source: Server, target: Database, **settings: str) -> subprocess.CompletedProcess[str]:
    source.settings |= settings
    return source.run("migrate", "--from", f"sqlite:{source.database}", "--to", target.url)


def tables(target: Database) -> list[tuple[object, ...]]:
    return target.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")


@pytest.fixture
def source(server: MakeServer) -> Server:
    """A stopped server with a past: users, logins good and bad, a rotation on request and a revoked key."""
    running = server(**ON_DEMAND)
    rest(running)
    return running


def with_a_past(running: Server) -> tuple[dict[str, str], list[str]]:
    """The passwords, and tokens of different keys."""
    passwords = {f"user-{number}": running.client.new_user(f"user-{number}") for number in range(USERS)}
    passwords["Zoë"] = running.client.new_user("Zoë", "zoe@example.com")
    for username, password in passwords.items():
        assert running.client.token(username, password)
    assert running.client.login("user-1", "wrong").status == 401
    before = the("active", running)
    early = running.client.token("user-0", passwords["user-0"])
    command(running, "keys", "rotate")
    until(lambda: the("active", running) != before, "the rotation")
    late = running.client.token("user-0", passwords["user-0"])
    assert kid_of(early) != kid_of(late)
    until(lambda: "published" in [state for _, state in states(running)], "the next successor")
    return passwords, [early, late]


def test_everything_goes_along(server: MakeServer, node: MakeServer, empty_database: Database) -> None:
    # Tokens that outlive the move.
    source = server(**ON_DEMAND | {"JWKS_TOKEN_LIFETIME": "5m"})
    rest(source)
    passwords, tokens = with_a_past(source)
    keys, tag = source.client.jwks(), source.client.get(JWKS_PATH).headers["ETag"]
    source.stop()
    before = at_rest(source)
    contents = in_sqlite(source.database)

    result = migrate(source, empty_database)
    assert result.returncode == 0, result
    assert in_postgres(empty_database) == contents
    for table in ("users", "auth_logs", "keys"):
        assert str(len(contents[table])) in result.stdout, result.stdout
    assert at_rest(source) == before, "the source is as it was"

    moved = node(**ON_DEMAND | {"JWKS_TOKEN_LIFETIME": "5m"})
    moved.start()
    assert moved.client.jwks() == keys
    assert moved.client.get(JWKS_PATH).headers["ETag"] == tag
    assert all(verifies(token, moved.client.jwks()) for token in tokens)
    for username, password in passwords.items():
        assert verifies(moved.client.token(username, password), keys)
    assert moved.client.register("user-0").status == 409

    # Ids go on where they were: none is given twice.
    moved.client.new_user("newcomer")
    newest = max(int(str(row[0])) for row in contents["users"])
    assert empty_database.value("SELECT id FROM users WHERE username = 'newcomer'") > newest
    kids = {int(str(row[0])) for row in contents["keys"]}
    assert moved.run("keys", "revoke", str(max(kids) - 1)).returncode == 0
    [made] = until(
        lambda: [kid for (kid,) in empty_database.rows("SELECT kid FROM keys") if kid not in kids], "a new successor"
    )
    assert made > max(kids)


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


def test_a_server_runs_on_it_meanwhile(source: Server, node: MakeServer, empty_database: Database) -> None:
    resident = Account.at(source)
    assert migrate(source, empty_database).returncode == 0
    moved = node(**ON_DEMAND)
    moved.start()
    assert moved.client.jwks() == source.client.jwks()
    assert Account(moved.client, resident.password).signing_kid() == resident.signing_kid()


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("UPDATE users SET username = 'a' || char(92, 9, 10, 13) || 'N', email = ''", id="signs of COPY"),
        pytest.param("UPDATE users SET username = char(92) || '.', email = char(92) || 'N'", id="end and null of COPY"),
        pytest.param("UPDATE users SET username = '', email = 'NULL'", id="empty text"),
        pytest.param("UPDATE users SET date_registered = NULL, last_login = NULL", id="no dates"),
        pytest.param("INSERT INTO users (id, username, password_hash) VALUES (-5, 'RESIDENT', '')", id="odd neighbour"),
    ],
)
def test_text_is_what_it_was(source: Server, empty_database: Database, change: str) -> None:
    Account.at(source)
    source.stop()
    database.change(source.database, change)
    assert migrate(source, empty_database).returncode == 0
    assert in_postgres(empty_database) == in_sqlite(source.database)


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
    resident = Account.at(source)
    source.stop()
    with_many_logins(source.database)
    chance = random.Random(SEED)
    elsewhere = empty_database.another()
    begin = time.monotonic()
    assert migrate(source, elsewhere).returncode == 0
    longest = time.monotonic() - begin
    elsewhere.drop()

    for _ in range(KILLS):
        process = subprocess.Popen(
            [BINARY, "migrate", "--from", f"sqlite:{source.database}", "--to", empty_database.url],
            cwd=source.directory,
            env=source.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.1, 0.9) * longest)
        process.kill()
        process.wait(DEADLINE)
        # PostgreSQL notices at the latest when it next reads.
        until(lambda: others(empty_database) == 0, "the connection is gone")
        assert tables(empty_database) == []

    result = migrate(source, empty_database)
    assert result.returncode == 0, result
    assert empty_database.value("SELECT count(*) AS n FROM auth_logs") == LOG_ROWS
    report(f"migrate: {LOG_ROWS} rows of auth_logs in {longest:.2f} s; {KILLS} SIGKILLs in it left nothing")
    moved = node(**ON_DEMAND)
    moved.start()
    assert verifies(Account(moved.client, resident.password).token(), moved.client.jwks())


def others(target: Database) -> int:
    count = target.value(
        "SELECT count(*) AS n FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    )
    assert isinstance(count, int)
    return count


def test_a_file_of_the_original_that_was_taken_over(
    prepared_server: MakeServer, node: MakeServer, empty_database: Database
) -> None:
    source = prepared_server(NOT_MY_KEY=original.SECRET)
    original.place_in(source.directory)
    source.start()
    keys = source.client.jwks()
    source.stop()
    contents = in_sqlite(source.database)
    assert migrate(source, empty_database).returncode == 0
    assert in_postgres(empty_database) == contents

    moved = node(NOT_MY_KEY=original.SECRET, JWKS_RATE_LIMIT="0")
    moved.start()
    assert moved.client.jwks() == keys and original.JWKS[0] in keys
    for username, password in original.PASSWORDS.items():
        assert kid_of(moved.client.token(username, password)) == original.JWKS[0]["kid"]
    assert kid_of(moved.client.expired_token("alice", original.PASSWORDS["alice"])) == "1"


def test_a_file_of_the_original_as_it_was(
    prepared_server: MakeServer, node: MakeServer, empty_database: Database
) -> None:
    """The first start on PostgreSQL takes it over."""
    source = prepared_server(NOT_MY_KEY=original.SECRET)
    original.place_in(source.directory)
    before = database.digests(source.directory)
    assert migrate(source, empty_database).returncode == 0
    assert database.digests(source.directory) == before
    moved = node(NOT_MY_KEY=original.SECRET)
    moved.start()
    assert original.JWKS[0] in moved.client.jwks()
    assert moved.client.token("alice", original.PASSWORDS["alice"])

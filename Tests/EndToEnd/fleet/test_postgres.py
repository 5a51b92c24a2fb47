"""The real binary on PostgreSQL."""

import calendar
import re
import time

import jwt
import pytest

from support import secret_scan
from support.client import JWKS_PATH, assert_error
from support.nodes import started, states
from support.postgres import Database
from support.rotation import Account, kid_of, verifies
from support.server import SECRET, MakeServer, Server

TIMESTAMP = "%Y-%m-%d %H:%M:%S+00"

# name, type, nullable
TABLES = {
    "users": [
        ("id", "bigint", "NO"),
        ("username", "text", "NO"),
        ("password_hash", "text", "NO"),
        ("email", "text", "YES"),
        ("date_registered", "timestamp with time zone", "YES"),
        ("last_login", "timestamp with time zone", "YES"),
    ],
    "keys": [("kid", "bigint", "NO"), ("key", "bytea", "NO"), ("exp", "bigint", "NO")],
    "auth_logs": [
        ("id", "bigint", "NO"),
        ("request_ip", "text", "NO"),
        ("request_timestamp", "timestamp with time zone", "YES"),
        ("user_id", "bigint", "YES"),
    ],
}


def test_the_endpoints(running: Server, empty_database: Database) -> None:
    client = running.client
    assert client.get("/health/ready").status == client.get("/health/live").status == 200
    password = client.new_user("resident", "resident@example.com")
    assert_error(client.register("resident"), 409, "username_taken")
    assert_error(client.register("other", "resident@example.com"), 409, "email_taken")

    token = client.token("resident", password)
    assert verifies(token, client.jwks())
    [(user_id, phc, last_login)] = empty_database.rows("SELECT id, password_hash, last_login FROM users")
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["sub"], claims["preferred_username"]) == (str(user_id), "resident")
    assert phc.startswith("$argon2id$") and password not in phc
    assert last_login

    expired = client.expired_token("resident", password)
    assert kid_of(expired) not in client.published_kids()
    assert (kid_of(expired), "expired") in states(empty_database)

    tag = client.get(JWKS_PATH).headers["ETag"]
    assert client.get(JWKS_PATH, {"If-None-Match": tag}).status == 304
    assert_error(client.login("resident", "wrong"), 401, "invalid_credentials")
    assert_error(client.login("nobody", "wrong"), 401, "invalid_credentials")
    logged = empty_database.rows("SELECT request_ip, user_id FROM auth_logs ORDER BY id")
    assert logged == [("127.0.0.1", user_id)] * 2 + [("127.0.0.1", None)] * 2
    assert not running.database.exists()


@pytest.mark.parametrize("name", ["Zoë", "名前", "'; DROP TABLE users; --", 'a"b', "back\\slash", "per%cent"])
def test_names_are_data(running: Server, name: str) -> None:
    password = running.client.new_user(name)
    claims = jwt.decode(running.client.token(name, password), options={"verify_signature": False})
    assert claims["preferred_username"] == name


def test_the_limit_is_the_same(node: MakeServer) -> None:
    client = started(node, JWKS_RATE_LIMIT="2", JWKS_RATE_WINDOW="60s").client
    assert [client.login("nobody", "wrong").status for _ in range(3)] == [401, 401, 429]
    refused = client.login("nobody", "wrong")
    assert_error(refused, 429, "rate_limited")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


@pytest.mark.parametrize(("scope", "admitted"), [(None, 3), ("fleet", 3), ("node", 6)])
def test_whose_limit_it_is(node: MakeServer, scope: str | None, admitted: int) -> None:
    settings = {"JWKS_RATE_LIMIT": "3", "JWKS_RATE_WINDOW": "60s", "JWKS_RATE_LIMIT_SCOPE": scope}
    nodes = [started(node, **settings) for _ in range(2)]
    statuses = [nodes[turn % 2].client.login("nobody", "wrong").status for turn in range(10)]
    assert statuses == [401] * admitted + [429] * (10 - admitted)


def test_the_columns(running: Server, empty_database: Database) -> None:
    for table, columns in TABLES.items():
        found = empty_database.rows(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = :'name' ORDER BY ordinal_position",
            name=table,
        )
        assert found == columns, table


def test_moments_are_whole_seconds(running: Server, empty_database: Database) -> None:
    # Whatever the database takes for the local time.
    empty_database.psql(f"ALTER DATABASE {empty_database.name} SET timezone = 'Pacific/Kiritimati';")
    running.stop()
    running.start()
    password = running.client.new_user("timed")
    assert running.client.token("timed", password)
    [texts] = empty_database.rows(
        "SELECT date_registered::text, last_login::text, request_timestamp::text FROM users, auth_logs"
    )
    for text in texts:
        assert abs(calendar.timegm(time.strptime(text, TIMESTAMP)) - time.time()) < 60, texts


def test_no_secret_rests_in_it(running: Server, empty_database: Database) -> None:
    password = running.client.new_user("secretive")
    assert running.client.token("secretive", password)
    dump = empty_database.dump()
    # A dump writes bytes in hexadecimal digits.
    dumped = running.directory / "dump"
    bytes_of_columns = b"\n".join(bytes.fromhex(digits) for digits in re.findall(r"\\x([0-9a-f]+)", dump))
    dumped.write_bytes(dump.encode() + b"\n" + bytes_of_columns)
    assert len(bytes_of_columns) > 1000
    assert secret_scan.find([dumped], {"password": password, "NOT_MY_KEY": SECRET}) == set()


def test_it_goes_on_after_a_restart(running: Server, empty_database: Database) -> None:
    resident = Account.at(running)
    token, keys = resident.token(), running.client.jwks()
    before = states(empty_database)
    running.stop()
    running.start()
    assert running.client.jwks() == keys and states(empty_database) == before
    assert verifies(token, running.client.jwks())
    assert resident.token()

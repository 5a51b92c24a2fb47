"""The real binary on PostgreSQL."""

import calendar
import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial

import jwt
import pytest

import secret_scan
from client import JWKS_PATH, assert_error
from postgres import Database
from rotation import (
    FOLLOWS_WITHIN,
    ON_DEMAND,
    QUICK,
    SHORTEST,
    Account,
    command,
    kid_of,
    listed,
    refusal,
    until,
    verifies,
)
from server import CONFIGURATION_ERROR, SECRET, USAGE_ERROR, WRONG_SECRET, MakeServer, Server, free_port

NODES_AT_ONCE = 10
NEW_SECRET = "a-new-end-to-end-secret-of-nobody"
DATABASE_PASSWORD = "the-password-of-a-database"
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


def states(database: Database) -> list[tuple[str, str]]:
    """(kid, state) of every row."""
    found = database.rows("SELECT kid, state FROM keys LEFT JOIN key_states USING (kid) ORDER BY kid")
    return [(str(kid), state) for kid, state in found]


def rest(database: Database) -> None:
    """Waits until every key that a new database needs has been made."""
    until(lambda: {state for _, state in states(database)} == {"active", "expired", "published"}, "three kinds of keys")


def started(node: MakeServer, **settings: str | None) -> Server:
    made = node(**settings)
    made.start()
    return made


@pytest.fixture
def running(node: MakeServer, empty_database: Database) -> Server:
    made = started(node, **ON_DEMAND)
    rest(empty_database)
    return made


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


def test_many_start_at_once_on_an_empty_database(
    node: MakeServer, empty_database: Database, report: Callable[[str], None]
) -> None:
    nodes = [node(**ON_DEMAND) for _ in range(NODES_AT_ONCE)]
    begin = time.monotonic()
    for each in nodes:
        each.spawn()
    for each in nodes:
        each.wait_for(JWKS_PATH)
    until(lambda: len({each.client.get(JWKS_PATH).headers["ETag"] for each in nodes}) == 1, "one and the same set")
    rest(empty_database)
    until(lambda: all(len(each.client.jwks()) == 2 for each in nodes), "the set is complete on every node")
    report(f"{NODES_AT_ONCE} nodes at once on an empty database: one JWK Set after {time.monotonic() - begin:.2f} s")
    assert len({each.client.get(JWKS_PATH).headers["ETag"] for each in nodes}) == 1
    assert sorted(state for _, state in states(empty_database)) == ["active", "expired", "published"]
    assert empty_database.value("SELECT count(*) AS n FROM key_encryption_keys") == 1
    password = nodes[0].client.new_user("everywhere")
    assert len({kid_of(each.client.token("everywhere", password)) for each in nodes}) == 1


@pytest.fixture
def three(node: MakeServer, empty_database: Database) -> Iterator[list[Server]]:
    nodes = [started(node, **ON_DEMAND) for _ in range(3)]
    rest(empty_database)
    yield nodes
    for each in nodes:
        log = each.log.read_text()
        assert "ERROR" not in log and "CRITICAL" not in log, log


def test_a_rotation_reaches_every_node(three: list[Server], report: Callable[[str], None]) -> None:
    first, *others = three
    resident = Account.at(first)
    before = resident.signing_kid()
    successor = command(first, "keys", "rotate")["kid"]
    begin = time.monotonic()
    for other in others:
        until(partial(signs_with, other, resident, successor), "the successor signs", 2 + FOLLOWS_WITHIN)
    report(f"keys rotate: two other nodes sign with the next key after {time.monotonic() - begin:.2f} s")
    assert before != successor


def signs_with(server: Server, resident: Account, kid: str) -> bool:
    return Account(server.client, resident.password).signing_kid() == kid


def test_a_revocation_reaches_every_node(three: list[Server], report: Callable[[str], None]) -> None:
    first, *others = three
    resident = Account.at(first)
    leaked = resident.signing_kid()
    assert first.run("keys", "revoke", leaked).returncode == 0
    begin = time.monotonic()
    for other in others:
        until(partial(lacks, other, leaked), "the key is out of the set", 2)
    report(f"keys revoke: out of the set of two other nodes after {time.monotonic() - begin:.2f} s")
    for each in three:
        until(partial(lacks, each, leaked), "the key is out of the set", 2)
        fresh = Account(each.client, resident.password).token()
        assert kid_of(fresh) != leaked
        assert all(verifies(fresh, other.client.jwks()) for other in three)


def lacks(server: Server, kid: str) -> bool:
    return kid not in server.client.published_kids()


def test_one_new_key_for_each_rotation(node: MakeServer, empty_database: Database) -> None:
    nodes = [started(node, **SHORTEST) for _ in range(3)]
    rest(empty_database)
    resident = Account.at(nodes[0])
    signed: list[str] = []

    def has_rotated() -> bool:
        tokens = [Account(each.client, resident.password).token() for each in nodes]
        for token in tokens:
            assert all(verifies(token, each.client.jwks()) for each in nodes), token
            if kid_of(token) not in signed:
                signed.append(kid_of(token))
        return len(signed) > 3

    until(has_rotated, "three rotations", seconds=30)
    assert signed == sorted(signed, key=int)
    # One successor for each, and no kid was used up by a node that came second.
    ever = empty_database.value("SELECT max(kid) AS newest FROM keys")
    assert ever <= int(signed[-1]) + 1


def test_a_wrong_secret_changes_nothing(running: Server, empty_database: Database, node: MakeServer) -> None:
    running.stop()
    before = empty_database.dump()
    for arguments in ([], ["keys", "rotate"], ["keys", "revoke", "1"]):
        code, line = refusal(node(NOT_MY_KEY=WRONG_SECRET).run(*arguments))
        assert code == CONFIGURATION_ERROR and "NOT_MY_KEY" in line, arguments
        assert WRONG_SECRET not in line
        assert empty_database.dump() == before, arguments


def test_it_goes_on_after_a_restart(running: Server, empty_database: Database) -> None:
    resident = Account.at(running)
    token, keys = resident.token(), running.client.jwks()
    before = states(empty_database)
    running.stop()
    running.start()
    assert running.client.jwks() == keys and states(empty_database) == before
    assert verifies(token, running.client.jwks())
    assert resident.token()


def refused_url(node: MakeServer, url: str) -> tuple[int, str]:
    server = node(JWKS_DATABASE=url)
    begin = time.monotonic()
    code, line = server.refusal()
    assert time.monotonic() - begin < 20
    assert not server.database.exists()
    return code, line


def test_nobody_listens_there(node: MakeServer) -> None:
    code, line = refused_url(node, f"postgres://someone:{DATABASE_PASSWORD}@127.0.0.1:{free_port()}/db")
    assert code != 0 and "JWKS_DATABASE" in line and DATABASE_PASSWORD not in line


def test_something_else_listens_there(node: MakeServer) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:
        port = mute.getsockname()[1]
        code, line = refused_url(node, f"postgres://someone:{DATABASE_PASSWORD}@127.0.0.1:{port}/db")
    assert code != 0 and "JWKS_DATABASE" in line and DATABASE_PASSWORD not in line


def test_a_database_that_is_not_there(node: MakeServer, empty_database: Database) -> None:
    code, line = refused_url(node, empty_database.url + "_of_nobody")
    assert code != 0 and "JWKS_DATABASE" in line


@pytest.mark.parametrize("scheme", ["postgre", "mysql", "http", "postgres:/"])
def test_a_wrong_scheme(node: MakeServer, scheme: str) -> None:
    code, line = refused_url(node, f"{scheme}://someone:{DATABASE_PASSWORD}@127.0.0.1/db")
    assert code == CONFIGURATION_ERROR and "JWKS_DATABASE" in line and DATABASE_PASSWORD not in line


def test_both_schemes_of_libpq(node: MakeServer, empty_database: Database) -> None:
    url = re.sub(r"^\w+:", "postgresql:", empty_database.url)
    assert started(node, JWKS_DATABASE=url).client.jwks()


def test_a_password_on_the_command_line(prepared_server: MakeServer) -> None:
    # Everyone on the machine can read the arguments of a process.
    url = f"postgres://someone:{DATABASE_PASSWORD}@127.0.0.1:{free_port()}/db"
    result = prepared_server().run("serve", "--database", url)
    code, line = refusal(result)
    assert code in (USAGE_ERROR, CONFIGURATION_ERROR) and "JWKS_DATABASE" in line
    assert DATABASE_PASSWORD not in line


def test_a_fleet_needs_postgres(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_RATE_LIMIT_SCOPE="fleet")
    code, line = server.refusal()
    assert code == CONFIGURATION_ERROR and "JWKS_RATE_LIMIT_SCOPE" in line
    assert not server.database.exists()


def test_users_create(running: Server, node: MakeServer, empty_database: Database) -> None:
    running.create_user("made", "password123")
    assert running.client.login("made", "password123").status == 200
    taken = running.run("users", "create", "--username", "made", "--password-stdin", stdin="other\n")
    assert taken.returncode == 1 and len(taken.stderr.splitlines()) == 1
    assert empty_database.value("SELECT count(*) AS n FROM users") == 1


def test_keys_list(running: Server, empty_database: Database) -> None:
    for _ in range(2):
        keys = listed(running)
        assert {(kid, key["state"]) for kid, key in keys.items()} == set(states(empty_database))
        if running.process:
            running.stop()


def test_commands_before_the_first_start(node: MakeServer, empty_database: Database) -> None:
    server = node(**QUICK)
    server.create_user("early", "password123")
    server.start()
    assert server.client.login("early", "password123").status == 200


def test_master_key_rotate(three: list[Server], node: MakeServer, empty_database: Database) -> None:
    resident = Account.at(three[0])
    keys = three[0].client.jwks()
    old = empty_database.value("SELECT id FROM key_encryption_keys")
    result = node(NOT_MY_KEY_NEW=NEW_SECRET).run("master-key", "rotate")
    assert result.returncode == 0, result
    assert empty_database.value("SELECT id FROM key_encryption_keys") != old
    assert old not in empty_database.dump()

    # Every node has followed: it can make and seal the next key.
    for each in three:
        assert each.client.jwks() == keys and Account(each.client, resident.password).token()
    published = {kid for kid, state in states(empty_database) if state == "published"}
    assert three[1].run("keys", "list").returncode == 0
    revoked = resident.signing_kid()
    three[0].settings["NOT_MY_KEY"] = NEW_SECRET
    assert three[0].run("keys", "revoke", revoked).returncode == 0
    until(lambda: {kid for kid, state in states(empty_database) if state == "published"} - published, "a new successor")
    for each in three:
        until(partial(lacks, each, revoked), "the key is out of the set", FOLLOWS_WITHIN)
        assert Account(each.client, resident.password).token()

    code, line = refusal(node(NOT_MY_KEY=SECRET).run())
    assert code == CONFIGURATION_ERROR and "NOT_MY_KEY" in line
    assert node(NOT_MY_KEY=NEW_SECRET).run("keys", "list").returncode == 0
    later = started(node, NOT_MY_KEY=NEW_SECRET, **ON_DEMAND)
    assert later.client.published_kids() == three[0].client.published_kids()

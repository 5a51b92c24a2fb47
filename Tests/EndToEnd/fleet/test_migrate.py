"""`migrate`: from a file of SQLite to an empty database of PostgreSQL."""

import pytest

from support import access, database, original
from support.client import JWKS_PATH
from support.contents import in_postgres, in_sqlite
from support.migration import migrate
from support.postgres import Database
from support.rotation import ON_DEMAND, Account, at_rest, command, kid_of, rest, the, until, verifies
from support.server import MakeServer, Server

USERS = 20


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
    reset = ("users", "reset-password", "--username", "user-2", "--password-stdin")
    assert running.run(*reset, stdin=f"{passwords['user-2']}\n").returncode == 0
    assert command(running, "users", "disable", "--username", "user-3")
    del passwords["user-3"]
    assert command(running, "resources", "add", "https://api.example", "--scope", "read")
    app = ("--redirect-uri", "https://app.example/cb", "--resource", "https://api.example", "--id", "app")
    assert command(running, "clients", "create", "Zoë's app", *app)
    assert command(running, "clients", "rotate-secret", "app")
    access.sign_in(running.database, 1, "app", "past")
    access.agree(running.database, 1, "app")

    def signing_kid() -> str:
        return kid_of(running.client.token("user-0", passwords["user-0"]))

    before = the("active", running)
    early = running.client.token("user-0", passwords["user-0"])
    command(running, "keys", "rotate")
    until(lambda: the("active", running) != before, "the rotation")
    until(lambda: signing_kid() != kid_of(early), "the new key signs")
    late = running.client.token("user-0", passwords["user-0"])
    until(lambda: the("published", running) in running.client.published_kids(), "the next successor is shown")
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

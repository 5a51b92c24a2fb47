"""The three tables that other programs read, column by column."""

import pytest

from support import database
from support.client import Client
from support.server import MakeServer, Server

NOW = "CURRENT_TIMESTAMP"

# name, type, NOT NULL, default, primary key
TABLES = {
    "users": [
        ("id", "INTEGER", 0, None, 1),
        ("username", "TEXT", 1, None, 0),
        ("password_hash", "TEXT", 1, None, 0),
        ("email", "TEXT", 0, None, 0),
        ("date_registered", "TIMESTAMP", 0, NOW, 0),
        ("last_login", "TIMESTAMP", 0, None, 0),
    ],
    "keys": [
        ("kid", "INTEGER", 0, None, 1),
        ("key", "BLOB", 1, None, 0),
        ("exp", "INTEGER", 1, None, 0),
    ],
    "auth_logs": [
        ("id", "INTEGER", 0, None, 1),
        ("request_ip", "TEXT", 1, None, 0),
        ("request_timestamp", "TIMESTAMP", 0, NOW, 0),
        ("user_id", "INTEGER", 0, None, 0),
    ],
}


@pytest.mark.parametrize("table", TABLES)
def test_columns(unlimited: Server, table: str) -> None:
    found = database.rows(unlimited.database, f"PRAGMA table_info({table})")
    assert [tuple(column[1:]) for column in found] == TABLES[table]


@pytest.mark.parametrize("table", TABLES)
def test_ids_are_never_used_again(unlimited: Server, table: str) -> None:
    definition = database.value(unlimited.database, "SELECT sql FROM sqlite_master WHERE name = ?", table)
    assert "AUTOINCREMENT" in definition.upper()


def test_the_log_refers_to_users(unlimited: Server) -> None:
    [reference] = database.rows(unlimited.database, "PRAGMA foreign_key_list(auth_logs)")
    assert reference[2:5] == ("users", "user_id", "id")


def test_the_database_is_in_wal_mode(unlimited: Server) -> None:
    assert database.value(unlimited.database, "PRAGMA journal_mode") == "wal"


def test_every_checked_password_leaves_one_row(server: MakeServer) -> None:
    running = server(JWKS_RATE_LIMIT="3", JWKS_RATE_WINDOW="60s")
    client: Client = running.client
    password = client.new_user("logged")
    statuses = [
        client.login("logged", password).status,
        client.login("logged", "wrong").status,
        client.login("nobody", "wrong").status,
        client.login("logged", password).status,
    ]
    assert statuses == [200, 401, 401, 429]

    user_id = database.value(running.database, "SELECT id FROM users WHERE username = 'logged'")
    found = database.rows(running.database, "SELECT request_ip, user_id FROM auth_logs ORDER BY id")
    assert found == [("127.0.0.1", user_id), ("127.0.0.1", None), ("127.0.0.1", None)]


def test_a_login_sets_last_login(unlimited: Server) -> None:
    def last_login() -> str | None:
        return database.value(unlimited.database, "SELECT last_login FROM users WHERE username = 'late'")

    password = unlimited.client.new_user("late")
    assert unlimited.client.login("late", "wrong").status == 401
    assert last_login() is None
    assert unlimited.client.login("late", password).status == 200
    timestamps = database.rows(
        unlimited.database,
        "SELECT date_registered, last_login, datetime(last_login) FROM users WHERE username = 'late'",
    )
    [(registered, login, normalised)] = timestamps
    assert registered <= login == normalised

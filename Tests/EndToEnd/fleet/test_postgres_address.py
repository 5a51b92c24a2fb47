"""`JWKS_DATABASE` as a URL of PostgreSQL, right and wrong."""

import re
import socket
import time
from contextlib import closing

import pytest

from support.nodes import started
from support.ports import free_port
from support.postgres import Database
from support.rotation import refusal
from support.server import CONFIGURATION_ERROR, USAGE_ERROR, MakeServer

DATABASE_PASSWORD = "the-password-of-a-database"


def refused_url(node: MakeServer, url: str) -> tuple[int, str]:
    server = node(JWKS_DATABASE=url, JWKS_DATABASE_WAIT="0s")
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


def test_a_database_that_cannot_keep_every_name(node: MakeServer, empty_database: Database) -> None:
    narrow = empty_database.another(options="ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    try:
        code, line = refused_url(node, narrow.url)
        assert code != 0 and "keeps texts in LATIN1" in line and "ENCODING 'UTF8'" in line
        assert narrow.value("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    finally:
        narrow.drop()


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

"""Commands typed where no server has ever run: only the server makes a database."""

import json

import pytest

from support import database
from support.rotation import refusal
from support.server import CONFIGURATION_ERROR, MakeServer

COMMANDS = [
    ["keys", "list"],
    ["keys", "rotate"],
    ["keys", "revoke", "1"],
    ["users", "create", "--username", "nobody"],
    ["master-key", "rotate"],
]


@pytest.mark.parametrize("arguments", COMMANDS)
@pytest.mark.parametrize("content", [None, b""], ids=["no file", "an empty file"])
def test_no_database_is_made(prepared_server: MakeServer, arguments: list[str], content: bytes | None) -> None:
    server = prepared_server(NOT_MY_KEY_NEW_FILE="/proc/sys/kernel/ostype")
    if content is not None:
        server.database.write_bytes(content)
    before = database.digests(server.directory)
    code, line = refusal(server.run(*arguments))
    assert code == CONFIGURATION_ERROR
    assert line == (
        f"jwks-server: there is no database at {server.database}: run this where the server runs, or name its database"
        " in JWKS_DATABASE (the server makes one when it starts)"
    )
    assert database.digests(server.directory) == before


def test_each_command_names_its_database(server: MakeServer) -> None:
    running = server(JWKS_DATABASE="sqlite:./other.db")
    place = str(running.directory / "other.db")
    for arguments in (["keys", "list"], ["keys", "rotate"], ["users", "create", "--username", "somebody"]):
        result = running.run(*arguments)
        assert result.returncode == 0 and result.stderr == f"jwks-server: in {place}\n", result
    for arguments in (["keys", "list"], ["keys", "rotate"], ["keys", "revoke", "1"]):
        result = running.run(*arguments, "--json")
        assert result.returncode == 0 and not result.stderr and json.loads(result.stdout)["database"] == place

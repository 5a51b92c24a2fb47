"""The commands on PostgreSQL."""

from functools import partial
from pathlib import Path

from support.nodes import lacks, started, states
from support.postgres import Database
from support.rotation import FOLLOWS_WITHIN, ON_DEMAND, QUICK, Account, listed, refusal, until
from support.server import CONFIGURATION_ERROR, SECRET, WRONG_SECRET, MakeServer, Server

NEW_SECRET = "a-new-end-to-end-secret-of-nobody"


def test_a_wrong_secret_changes_nothing(running: Server, empty_database: Database, node: MakeServer) -> None:
    running.stop()
    before = empty_database.dump()
    for arguments in ([], ["keys", "rotate"], ["keys", "revoke", "1"]):
        code, line = refusal(node(NOT_MY_KEY=WRONG_SECRET).run(*arguments))
        assert code == CONFIGURATION_ERROR and "NOT_MY_KEY" in line, arguments
        assert WRONG_SECRET not in line
        assert empty_database.dump() == before, arguments


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
    result = server.run("users", "create", "--username", "early")
    assert result.returncode == CONFIGURATION_ERROR and "there is no database at PostgreSQL" in result.stderr
    server.start()
    server.create_user("early", "password123")
    assert server.client.login("early", "password123").status == 200


def test_master_key_rotate(
    three: list[Server], node: MakeServer, empty_database: Database, tmp_path: Path
) -> None:
    resident = Account.at(three[0])
    keys = three[0].client.jwks()
    old = empty_database.value("SELECT id FROM key_encryption_keys")
    new = tmp_path / "new-secret"
    new.write_text(NEW_SECRET)
    result = node(NOT_MY_KEY_NEW_FILE=str(new)).run("master-key", "rotate")
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

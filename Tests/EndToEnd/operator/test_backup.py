"""A copy of the database that opens, made while the server works; and one that could not be made leaves nothing."""

import sqlite3
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from support import backup, database, original
from support.disk import small_disk
from support.rotation import QUICK, refusal, states, until
from support.server import BINARY, CONFIGURATION_ERROR, DEADLINE, USAGE_ERROR, WRONG_SECRET, MakeServer


def test_while_callers_register(server: MakeServer) -> None:
    running = server(**QUICK)
    acknowledged: list[str] = []
    stop = threading.Event()
    numbers = count()

    def register() -> None:
        while not stop.is_set():
            name = f"user-{next(numbers)}"
            assert running.client.register(name).status == 201
            acknowledged.append(name)

    with ThreadPoolExecutor(4) as threads:
        callers = [threads.submit(register) for _ in range(4)]
        try:
            for round_ in range(5):
                enough = len(acknowledged) + 20
                until(lambda enough=enough: len(acknowledged) > enough, "registrations")
                before = set(acknowledged)
                copy, answer = backup.made(running, f"copy-{round_}.db")
                after = set(acknowledged)
                copied = {name for (name,) in database.rows(copy, "SELECT username FROM users")}
                # All that was answered before it began; nothing that nobody asked for; and writers went on.
                assert before <= copied and answer["users"] == len(copied)
                assert len(copied) <= next(numbers)
                assert after - before, "nobody registered meanwhile"
        finally:
            stop.set()
        for caller in callers:
            caller.result()
    assert backup.names(running.directory) == {
        *(f"copy-{round_}.db" for round_ in range(5)),
        *(database.FILE_NAME + suffix for suffix in ("", "-wal", "-shm")),
    }


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "stopped"])
def test_says_what_is_in_it(server: MakeServer, is_running: bool) -> None:
    running = server(**QUICK)
    password = running.client.new_user("somebody")
    running.client.token("somebody", password)
    if not is_running:
        running.stop()
    _, answer = backup.made(running)
    assert (answer["users"], answer["auth_logs"]) == (1, 1)
    assert [(key["kid"], key["state"]) for key in answer["keys"]] == states(running)
    assert answer["database"] == str(running.database)
    result = running.run("backup", "second.db")
    assert result.returncode == 0, result
    lines = result.stdout.splitlines()
    assert len(lines) == 2 and lines[0].startswith(f"{running.directory}/second.db is whole, "), lines
    assert "1 account, 1 row of auth_logs, keys 1 active, 2 expired, 3 published; last written at " in lines[0]
    assert result.stderr == f"jwks-server: in {running.database}\n"


def test_holds_nothing_that_was_deleted(server: MakeServer) -> None:
    running = server(**QUICK)
    names = [f"deleted-{number:04}" for number in range(200)]
    for name in names:
        running.client.new_user(name)
    running.stop()
    with closing(sqlite3.connect(running.database)) as connection, connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.execute("DELETE FROM users")
        connection.execute("DELETE FROM audit_events")
    assert b"deleted-" in running.database.read_bytes()
    copy, answer = backup.made(running)
    assert answer["users"] == 0 and b"deleted-" not in copy.read_bytes()
    # The numbers of deleted accounts are remembered.
    assert database.value(copy, "SELECT seq FROM sqlite_sequence WHERE name = 'users'") == len(names)


def test_of_a_file_of_the_original(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=original.SECRET)
    original.place_in(server.directory)
    _, answer = backup.made(server)
    assert [key["state"] for key in answer["keys"]] == [None, None]


REFUSED = {
    "the file exists": (1, "{directory}/copy.db exists: it is left as it is"),
    "a link that leads nowhere": (1, "{directory}/copy.db exists: it is left as it is"),
    "another is being made": (
        1,
        "{directory}/copy.db.partial exists: another command is making it, or was broken off;",
    ),
    "no such folder": (1, "cannot make {directory}/nowhere/copy.db.partial: No such file or directory"),
    "a wrong secret": (CONFIGURATION_ERROR, "NOT_MY_KEY does not open this database: "),
    "no secret": (CONFIGURATION_ERROR, "NOT_MY_KEY is not set: "),
    "no database": (CONFIGURATION_ERROR, "there is no database at "),
    "a damaged key": (1, "key 1 cannot be opened: it was altered or belongs to another row; "),
    "a damaged file": (1, "JWKS_DATABASE names {directory}/totally_not_my_privateKeys.db, which is damaged: "),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(server: MakeServer, case: str) -> None:
    running = server(**QUICK)
    running.client.new_user("somebody")
    running.stop()
    directory, copy, name = running.directory, running.directory / "copy.db", "copy.db"
    running.settings["JWKS_DATABASE"] = f"sqlite:{running.database}"
    match case:
        case "the file exists":
            copy.write_text("precious")
        case "a link that leads nowhere":
            copy.symlink_to("nowhere")
        case "another is being made":
            (directory / "copy.db.partial").touch()
        case "no such folder":
            name = "nowhere/copy.db"
        case "a wrong secret":
            running.settings["NOT_MY_KEY"] = WRONG_SECRET
        case "no secret":
            del running.settings["NOT_MY_KEY"]
        case "no database":
            running.settings["JWKS_DATABASE"] = "sqlite:elsewhere.db"
        case "a damaged key":
            database.change(
                running.database, "UPDATE keys SET key = (SELECT key FROM keys WHERE kid = 3) WHERE kid = 1"
            )
        case "a damaged file":
            backup.damage(running.database, "users")
    before = contents(directory)
    code, line = refusal(running.run("backup", name))
    expected_code, expected = REFUSED[case]
    assert code == expected_code and line.startswith("jwks-server: " + expected.format(directory=directory)), line
    assert contents(directory) == before


def contents(directory: Path) -> dict[str, str | None]:
    """SQLite leaves its log and index beside a file that it finds damaged."""
    return {
        name: digest for name, digest in backup.contents(directory).items() if not name.endswith(("db-wal", "db-shm"))
    }


def test_a_full_disk_leaves_no_file(server: MakeServer, tmp_path: Path) -> None:
    running = server(**QUICK)
    with small_disk(tmp_path / "small", 48) as disk:
        code, line = refusal(running.run("backup", str(disk / "copy.db")))
        assert code == 1 and line.endswith("database or disk is full"), line
        assert backup.names(disk) == set()
    assert running.client.get("/health/ready").status == 200


def test_wants_a_name(prepared_server: MakeServer) -> None:
    assert prepared_server().run("backup").returncode == USAGE_ERROR


def test_while_the_master_key_changes(server: MakeServer) -> None:
    running = server(**QUICK)
    running.stop()
    new = running.directory / "new.key"
    new.write_text("a-new-end-to-end-secret-of-nobody")
    # The command gives running servers some seconds: it is killed in them.
    process = subprocess.Popen(
        [BINARY, "master-key", "rotate"],
        cwd=running.directory,
        env=running.environment() | {"NOT_MY_KEY_NEW_FILE": str(new)},
        stdout=subprocess.PIPE,
        text=True,
    )
    handover = "SELECT count(*) FROM key_encryption_keys WHERE handover IS NOT NULL"
    until(lambda: database.value(running.database, handover) == 1, "the handover")
    process.kill()
    process.communicate()
    running.settings["NOT_MY_KEY"] = new.read_text()
    code, line = refusal(running.run("backup", "copy.db"))
    assert code == 1 and "the master key is being changed" in line
    running.start()
    # It gives the command ten seconds to do so itself.
    until(lambda: database.value(running.database, handover) == 0, "the server ends the handover", 2 * DEADLINE)
    backup.made(running)
    running.stop()


def test_on_postgres(node: MakeServer) -> None:
    server = node()
    code, line = refusal(server.run("backup", "copy.db"))
    assert code == 1 and "pg_dump --format=custom" in line and "pg_restore --exit-on-error" in line, line
    assert backup.names(server.directory) == set()

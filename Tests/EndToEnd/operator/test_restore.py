"""A copy put back: what comes with it is said, what is not in it is never given to somebody else."""

import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import jwt
import pytest

from support import access, backup, database, original, postgres
from support.disk import small_disk
from support.postgres import Database
from support.rotation import FOLLOWS_WITHIN, QUICK, Account, command, kid_of, refusal, states, the, until, verifies
from support.server import BINARY, CONFIGURATION_ERROR, DEADLINE, REPOSITORY, WRONG_SECRET, MakeServer, Server


def restored(server: Server, *options: str) -> dict[str, Any]:
    answer = command(server, "restore", backup.NAME, *options)
    assert backup.mode(server.database) == 0o600
    names = backup.names(server.directory)
    assert not any(name.endswith((".restoring", "-wal", "-shm", "-journal")) for name in names - old(names)), names
    database.assert_sound(server.database)
    assert isinstance(answer, dict)
    return answer


def old(names: set[str]) -> set[str]:
    return {name for name in names if ".old" in name}


def test_accounts_keys_and_tokens_are_back(server: MakeServer) -> None:
    running = server(**QUICK)
    resident = Account.at(running)
    token, kids = resident.token(), states(running)
    access.sign_in(running.database, 1, "app", "resident")
    app = ("--id", "app", "--redirect-uri", "https://app.example/cb")
    command(running, "clients", "create", "App", *app)
    access.agree(running.database, 1, "app")
    _, made = backup.made(running)
    running.stop()
    backup.move_database_away(running)
    answer = restored(running)
    assert {name: answer[name] for name in ("users", "auth_logs", "keys")} == {
        name: made[name] for name in ("users", "auth_logs", "keys")
    }
    assert (answer["returning"], answer["revoked"], answer["signs"]) == (["1", "3"], [], None)
    # What was rotated or revoked since cannot be told any more.
    assert (answer["sessions_ended"], answer["grants_ended"]) == (1, 1)
    assert access.living(running.database) == ([], [])
    assert database.value(running.database, "SELECT count(*) FROM consents") == 0
    assert states(running) == kids
    running.start()
    assert verifies(token, running.client.jwks()) and verifies(resident.token(), running.client.jwks())


def test_a_revoked_key_that_comes_back_is_named(server: MakeServer) -> None:
    running = server(**QUICK)
    resident = Account.at(running)
    leaked = kid_of(resident.token())
    _, made = backup.made(running)
    command(running, "keys", "revoke", leaked)
    running.stop()
    backup.move_database_away(running)
    result = running.run("restore", backup.NAME)
    assert "0 sessions and 0 grants of the copy ended: nobody is signed in" in result.stdout.splitlines()
    assert result.returncode == 0 and not re.search(r"\n\n", result.stdout), result
    moment = made["last_written_at"].replace("T", " ").replace("Z", " UTC")
    assert (
        f"keys {leaked} (active), 3 (published) will be in the JWK Set again: if one of them was revoked after"
        f" {moment}, it is trusted again" in result.stdout.splitlines()
    )
    # What it says to type does what it says.
    command(running, "keys", "revoke", leaked)
    running.start()
    assert leaked not in running.client.published_kids()


def test_new_keys(server: MakeServer) -> None:
    running = server(**QUICK)
    resident = Account.at(running)
    token = resident.token()
    leaked, waiting = kid_of(token), the("published", running)
    backup.made(running)
    command(running, "keys", "revoke", leaked)
    until(lambda: kid_of(resident.token()) == waiting, "the successor signs", seconds=FOLLOWS_WITHIN)
    newest = the("published", running)
    running.stop()
    backup.move_database_away(running)
    answer = restored(running, "--new-keys")
    assert answer["revoked"] == [leaked, waiting] and answer["signs"] not in (leaked, waiting, newest)
    by_state = {
        key["state"]: key["kid"] for key in command(running, "keys", "list")["keys"] if key["state"] != "revoked"
    }
    assert by_state["active"] == answer["signs"]
    running.start()
    assert not {leaked, waiting, newest} & running.client.published_kids()
    assert running.client.published_kids() == {by_state["active"], by_state["published"]}
    assert not verifies(token, running.client.jwks())
    fresh = resident.token()
    assert kid_of(fresh) == answer["signs"] and verifies(fresh, running.client.jwks())
    assert (
        running.client.post("/auth?expired=true", {"username": resident.username, "password": resident.password}).status
        == 200
    )


def test_new_keys_of_every_algorithm(server: MakeServer) -> None:
    running = server(**QUICK, JWKS_KEY_ALGORITHMS="RS256,ES256,EdDSA")
    until(lambda: len(running.client.published_kids()) == 4, "a key of each algorithm")
    before = running.client.published_kids()
    backup.made(running)
    running.stop()
    backup.move_database_away(running)
    answer = restored(running, "--new-keys")
    assert set(answer["revoked"]) == before
    running.start()
    until(lambda: len(running.client.published_kids()) == 4, "a key of each algorithm")
    assert not before & running.client.published_kids()


def test_no_number_is_given_twice(server: MakeServer) -> None:
    running = server(**QUICK)
    running.client.new_user("in-the-backup")
    backup.made(running)
    lost = [
        jwt.decode(running.client.token(name, running.client.new_user(name)), options={"verify_signature": False})[
            "sub"
        ]
        for name in ("lost-one", "lost-two")
    ]
    command(running, "keys", "revoke", "1")
    the("published", running)
    lost_kids = {kid for kid, _ in states(running)}
    running.stop()
    backup.move_database_away(running)
    kids = {key["kid"] for key in restored(running)["keys"]}
    running.start()
    sub = jwt.decode(running.client.token("new", running.client.new_user("new")), options={"verify_signature": False})[
        "sub"
    ]
    assert sub not in lost
    command(running, "keys", "revoke", "1")
    until(lambda: {kid for kid, _ in states(running)} - kids, "a new key")
    assert not ({kid for kid, _ in states(running)} - kids) & lost_kids


def test_of_an_earlier_copy_of_the_original(prepared_server: MakeServer) -> None:
    for options in ([], ["--new-keys"]):
        server = prepared_server(**QUICK, NOT_MY_KEY=original.SECRET)
        original.place_in(server.directory)
        backup.made(server)
        backup.move_database_away(server)
        answer = restored(server, *options)
        assert len(answer["returning"]) == 1 and answer["revoked"] == (answer["returning"] if options else [])
        server.start()
        kids = server.client.published_kids()
        assert bool(kids & set(answer["returning"])) == (not options)
        name, password = next(iter(original.PASSWORDS.items()))
        assert verifies(server.client.token(name, password), server.client.jwks())
        server.stop()


REFUSED = {
    "the target exists": (1, "{target} exists: move it away, together with its -wal and -shm if it has them"),
    "the target is a link": (1, "{target} exists: move it away"),
    "a stale log": (1, "{target}-wal is left of another database, and SQLite would put what is in it into the copy: "),
    "a stale index": (1, "{target}-shm is left of another database"),
    "a stale journal": (1, "{target}-journal is left of another database"),
    "another restore": (1, "{target}.restoring exists: another command is making it, or was broken off;"),
    "no copy": (1, "copy.db does not exist"),
    "a folder": (1, "copy.db is no regular file"),
    "an empty copy": (1, "FILE names copy.db, which holds no keys and accounts: it is no copy of a jwks-server"),
    "a text": (1, "FILE names copy.db, which is not an SQLite database: name another file"),
    "somebody else's database": (1, "FILE names copy.db, which holds no keys and accounts: "),
    "a damaged copy": (1, "FILE names copy.db, which is damaged"),
    "a copy cut short": (1, "FILE names copy.db, which is damaged"),
    "a copy with its log": (1, "copy.db has a log beside it, copy.db-wal, so it is no finished copy: "),
    "a damaged key": (1, "key 1 cannot be opened: it was altered or belongs to another row; "),
    "a lost table": (1, "the table users is missing: "),
    "a copy of a newer server": (1, "FILE names copy.db, which a newer jwks-server wrote: use that one"),
    "a wrong secret": (CONFIGURATION_ERROR, "NOT_MY_KEY does not open this database: "),
    "no secret": (CONFIGURATION_ERROR, "NOT_MY_KEY is not set: "),
}


@pytest.mark.parametrize("new_keys", [False, True], ids=["", "--new-keys"])
@pytest.mark.parametrize("case", REFUSED)
def test_refused(server: MakeServer, case: str, new_keys: bool) -> None:
    running = server(**QUICK)
    running.client.new_user("somebody")
    copy, _ = backup.made(running)
    running.stop()
    target = running.database
    running.settings["JWKS_DATABASE"] = f"sqlite:{target}"
    backup.move_database_away(running)
    spoil(case, running, copy, target)
    before = backup.contents(running.directory)
    code, line = refusal(running.run("restore", backup.NAME, *(["--new-keys"] if new_keys else [])))
    expected_code, expected = REFUSED[case]
    assert code == expected_code and line.startswith("jwks-server: " + expected.format(target=target)), line
    assert backup.contents(running.directory) == before


def spoil(case: str, server: Server, copy: Path, target: Path) -> None:
    match case:
        case "the target exists":
            target.write_text("precious")
        case "the target is a link":
            target.symlink_to("nowhere")
        case "a stale log" | "a stale index" | "a stale journal":
            suffix = {"log": "wal", "index": "shm", "journal": "journal"}[case.split()[-1]]
            Path(f"{target}-{suffix}").write_bytes(b"stale")
        case "another restore":
            Path(f"{target}.restoring").touch()
        case "no copy":
            copy.unlink()
        case "a folder":
            copy.unlink()
            copy.mkdir()
        case "an empty copy":
            copy.write_bytes(b"")
        case "a text":
            copy.write_text("To whom it may concern: " * 1_000)
        case "somebody else's database":
            copy.unlink()
            database.change(copy, "CREATE TABLE recipes (name TEXT)")
        case "a damaged copy":
            backup.damage(copy, "users")
        case "a copy cut short":
            os.truncate(copy, copy.stat().st_size // 4096 // 2 * 4096)
        case "a copy with its log":
            Path(f"{copy}-wal").write_bytes(b"")
        case "a damaged key":
            database.change(copy, "UPDATE keys SET key = (SELECT key FROM keys WHERE kid = 3) WHERE kid = 1")
        case "a lost table":
            database.change(copy, "DROP TABLE users")
        case "a copy of a newer server":
            database.change(copy, "INSERT INTO grdb_migrations VALUES ('99 what is to come')")
        case "a wrong secret":
            server.settings["NOT_MY_KEY"] = WRONG_SECRET
        case "no secret":
            del server.settings["NOT_MY_KEY"]


def test_while_a_server_runs(server: MakeServer) -> None:
    running = server(**QUICK)
    backup.made(running)
    assert running.process is not None
    code, line = refusal(running.run("restore", backup.NAME))
    assert code == 1
    assert line == (
        f"jwks-server: {running.database.name} is in use by process {running.process.pid}: stop the server first"
    )
    # The file alone was moved away: its log is still in use.
    running.database.rename(f"{running.database}.moved")
    code, line = refusal(running.run("restore", backup.NAME))
    assert code == 1 and f"in use by process {running.process.pid}" in line
    Path(f"{running.database}.moved").rename(running.database)
    running.client.new_user("still-there")


def test_a_server_whose_file_was_taken_away_never_writes_to_the_restored_one(server: MakeServer) -> None:
    running = server(**QUICK)
    running.client.new_user("in-the-backup")
    backup.made(running)
    backup.move_database_away(running)
    restored(running)
    before = running.database.read_bytes()
    assert running.client.register("lost").status == 503
    assert running.process is not None
    process, running.process = running.process, None
    # It gives a person ten seconds to move it back.
    assert process.wait(2 * DEADLINE) == 1
    assert "was replaced by another file while the server ran" in running.log.read_text().splitlines()[-1]
    assert running.database.read_bytes() == before
    running.start()
    running.client.new_user("after")


def test_a_full_disk_leaves_no_file(server: MakeServer, tmp_path: Path) -> None:
    running = server(**QUICK)
    backup.made(running)
    running.stop()
    with small_disk(tmp_path / "small", 48) as disk:
        for options in ([], ["--new-keys"]):
            code, line = refusal(running.run("restore", backup.NAME, "--database", f"sqlite:{disk}/keys.db", *options))
            assert code == 1 and "No space left on device" in line, line
            assert backup.names(disk) == set()


def test_broken_off(server: MakeServer) -> None:
    running = server(**QUICK)
    backup.made(running)
    running.stop()
    backup.move_database_away(running)
    pending = Path(f"{running.database}.restoring")
    process = subprocess.Popen(
        [BINARY, "restore", backup.NAME, "--new-keys"],
        cwd=running.directory,
        env=running.environment(),
        stdout=subprocess.PIPE,
    )
    until(lambda: pending.exists() or process.poll() is not None, "the copy")
    process.send_signal(signal.SIGKILL)
    process.communicate()
    # Whole or not there, and the next one can be had.
    if not running.database.exists():
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{pending}{suffix}").unlink(missing_ok=True)
        restored(running)
    running.start()


def test_onto_postgres(node: MakeServer) -> None:
    server = node()
    code, line = refusal(server.run("restore", "copy.db"))
    assert code == 1 and "pg_restore --exit-on-error" in line and "keys revoke KID" in line, line


def test_the_drill_of_the_documentation(server: MakeServer) -> None:
    """The commands of docs/operations.md as they stand there, in the folder of a server."""
    running = server(**QUICK)
    password = running.client.new_user("resident")
    text = (REPOSITORY / "docs" / "operations.md").read_text()
    section = text.split("### A drill", 1)[1].split("\n#", 1)[0]
    blocks = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    assert len(blocks) == 2 and "drill.db" in blocks[0]
    tools = running.directory / "bin"
    tools.mkdir()
    (tools / "jwks-server").symlink_to(BINARY)
    port = running.port + 1
    script = blocks[0].replace("8081", str(port))
    result = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=running.directory,
        env=running.environment() | {"PATH": f"{tools}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result
    assert '{"keys":[' in result.stdout, result.stdout
    # The drill leaves nothing but the copy, and the server as it was.
    names = backup.names(running.directory) - {"bin"}
    assert len([name for name in names if name.startswith("backup-")]) == 1, names
    assert {name for name in names if not name.startswith((database.FILE_NAME, "backup-"))} == set()
    running.client.token("resident", password)


def test_the_commands_of_the_documentation_for_postgres(node: MakeServer, empty_database: Database) -> None:
    text = (REPOSITORY / "docs" / "operations.md").read_text()
    section = text.split("### PostgreSQL", 1)[1].split("\n## ", 1)[0]
    moves, numbers = re.findall(r"```sh\n(.*?)```", section, re.DOTALL)
    first = node(**QUICK)
    first.start()
    first.client.new_user("resident")
    before = first.client.published_kids()
    tools = Path(postgres.required("pg_dump")).parent
    other = empty_database.another()
    try:

        def typed(script: str, database_: Database) -> None:
            result = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", script],
                cwd=first.directory,
                env=first.environment() | {"JWKS_DATABASE": database_.url, "PATH": f"{tools}:{os.environ['PATH']}"},
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert result.returncode == 0, result

        dump, fill, doctor = moves.splitlines()
        assert doctor == "jwks-server doctor"
        typed(dump, empty_database)
        assert backup.mode(first.directory / "FILE") == 0o600
        typed(fill, other)
        typed(numbers, other)
        second = node(**QUICK, JWKS_DATABASE=other.url, JWKS_ISSUER="http://127.0.0.1:1")
        assert second.run("doctor").returncode == 0
        second.start()
        assert second.client.published_kids() == before
        second.client.new_user("later")
        assert other.value("SELECT id FROM users WHERE username = 'later'") > 1_000_000
        command(second, "keys", "revoke", "1")
        until(lambda: other.value("SELECT max(kid) FROM keys") > 1_000, "a new key")
        second.stop()
    finally:
        other.drop()

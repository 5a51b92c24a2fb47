"""`doctor` finds nothing wrong with what is well, and names what is not, with what to do."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from support import backup, database, original
from support.disk import small_disk
from support.postgres import Database
from support.rotation import QUICK, rest
from support.server import WRONG_SECRET, MakeServer, Server

# What of the machine itself is not as it should be is no matter of these tests.
MACHINE = ("the kernel does not know that it is right", "has a rare fault where two connections", "MiB are free")


def itself(server: Server) -> str:
    """An issuer that is asked at no other machine."""
    return server.settings.setdefault("JWKS_ISSUER", f"http://127.0.0.1:{server.port}")


def examined(server: Server, *options: str) -> tuple[int, list[dict[str, Any]]]:
    itself(server)
    result = server.run("doctor", "--json", *options)
    assert not result.stderr, result
    findings = json.loads(result.stdout)["findings"]
    return result.returncode, [finding for finding in findings if not any(text in finding["text"] for text in MACHINE)]


def told(findings: list[dict[str, Any]], verdict: str) -> list[tuple[str, str]]:
    return [(finding["check"], finding["text"]) for finding in findings if finding["verdict"] == verdict]


@pytest.mark.parametrize("is_running", [True, False], ids=["running", "stopped"])
def test_nothing_is_wrong(server: MakeServer, is_running: bool) -> None:
    running = server()
    issuer = itself(running)
    running.client.new_user("somebody")
    assert running.process is not None
    user = f", open in process {running.process.pid}" if is_running else ""
    if not is_running:
        running.stop()
    before = database.digests(running.directory) if not is_running else {}
    code, findings = examined(running)
    assert code == 0 and not told(findings, "wrong"), findings
    well, warnings = told(findings, "ok"), told(findings, "warning")
    keys = f"{issuer}/.well-known/jwks.json"
    if is_running:
        assert not warnings and ("public URL", f"{keys} shows keys 1, 3, as it should") in well
    else:
        assert warnings == [("public URL", f"{keys}: connection refused: is the server running?")]
    assert ("database", f"{running.database}{user}") in well
    assert ("keys", "every key opens: 1 active, 2 expired, 3 published") in well
    assert ("passwords", "the hash of the one account can be read") in well
    assert ("issuer", f"{issuer}: for this machine alone") in well
    assert not before or database.digests(running.directory) == before
    lines = running.run("doctor").stdout.splitlines()
    assert all(line.split()[0] in ("ok", "warning") for line in lines) and len(lines) >= 8, lines


def wrong_secret(server: Server) -> None:
    server.settings["NOT_MY_KEY"] = WRONG_SECRET


def set_(**settings: str) -> Callable[[Server], None]:
    return lambda server: server.settings.update(settings)


def sql(statement: str) -> Callable[[Server], None]:
    return lambda server: database.change(server.database, statement)


def mode(mode: int) -> Callable[[Server], None]:
    return lambda server: server.database.chmod(mode)


def env(mode: int) -> Callable[[Server], None]:
    def write(server: Server) -> None:
        file = server.directory / ".env"
        file.touch()
        file.chmod(mode)

    return write


def secret_for_everybody(server: Server) -> None:
    file = server.directory / "secret"
    file.write_text(server.settings.pop("NOT_MY_KEY"))
    file.chmod(0o444)
    server.settings["NOT_MY_KEY_FILE"] = str(file)


def delete_key(server: Server) -> None:
    database.change(server.database, "DELETE FROM keys WHERE kid = 3")


CASES: dict[str, tuple[Callable[[Server], Any], str, str, str]] = {
    "a wrong secret": (wrong_secret, "wrong", "keys", "NOT_MY_KEY does not open this database: "),
    "no secret": (lambda server: server.settings.pop("NOT_MY_KEY"), "wrong", "master key", "NOT_MY_KEY is not set: "),
    "an unknown setting": (set_(JWKS_PROT="1"), "wrong", "settings", "JWKS_PROT is not a setting: "),
    "a contradiction": (set_(JWKS_KEY_ACTIVE_PERIOD="1h"), "wrong", "settings", "JWKS_KEY_ACTIVE_PERIOD (1h) must "),
    "no rate limit": (set_(JWKS_RATE_LIMIT="0"), "warning", "settings", "JWKS_RATE_LIMIT is 0: "),
    "no database": (set_(JWKS_DATABASE="sqlite:no.db"), "wrong", "database", "there is no file no.db"),
    "an issuer of nobody": (
        set_(JWKS_ISSUER="http://localhost:1"), "warning", "issuer", "tokens say http://localhost:1, and this server",
    ),
    "an issuer in the clear": (
        set_(JWKS_ISSUER="http://127.0.0.2:1"), "warning", "issuer", "http://127.0.0.2:1 is not https: ",
    ),
    "a damaged key": (
        sql("UPDATE keys SET key = (SELECT key FROM keys WHERE kid = 3) WHERE kid = 1"),
        "wrong", "keys", "key 1 cannot be opened: it was altered ",
    ),
    "a deleted key": (delete_key, "warning", "keys", "half of key 3 was deleted by somebody else: "),
    "a deleted state": (
        sql("DELETE FROM key_states WHERE kid = 1"), "wrong", "keys", "no key signs RS256: start the server",
    ),
    "an unreadable hash": (
        sql("UPDATE users SET password_hash = 'x'"), "wrong", "passwords", "nobody can log in to account 1: ",
    ),
    "a hash that is no text": (
        sql("UPDATE users SET password_hash = x'00'"), "wrong", "passwords", "nobody can log in to account 1: ",
    ),
    "a damaged page": (
        lambda server: backup.damage(server.database, "key_propagation"),
        "wrong", "database", "{database} is damaged (",
    ),
    "a lost table": (sql("DROP TABLE users"), "wrong", "keys", "the table users is missing: "),
    "a text for a database": (
        lambda server: server.database.write_text("To whom it may concern: " * 1_000),
        "wrong", "database", "JWKS_DATABASE names {database}, which is not an SQLite database: ",
    ),
    "rows from the future": (
        sql("INSERT INTO auth_logs (request_ip, request_timestamp) VALUES ('::1', '2200-01-01 00:00:00')"),
        "wrong", "clock", "it says ",
    ),
    "a database for everybody": (
        mode(0o644), "wrong", "files",
        "{database} has mode 0644, which everybody on this machine can use: chmod 600 {database}",
    ),
    "a database for a group": (
        mode(0o640), "warning", "files",
        "{database} has mode 0640, which its group on this machine can use: chmod 600 {database}",
    ),
    "an .env for everybody": (env(0o604), "wrong", "files", "{directory}/.env has mode 0604, which everybody "),
    "a secret for everybody": (secret_for_everybody, "warning", "files", "{directory}/secret has mode 0444, "),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_finds(server: MakeServer, case: str) -> None:
    running = server(**QUICK)
    running.client.new_user("somebody")
    running.stop()
    del running.settings["JWKS_RATE_LIMIT"]
    running.settings["JWKS_DATABASE"] = f"sqlite:{running.database}"
    spoil, verdict, subject, text = CASES[case]
    spoil(running)
    code, findings = examined(running)
    expected = text.format(database=running.database, directory=running.directory)
    assert any(check == subject and line.startswith(expected) for check, line in told(findings, verdict)), findings
    assert code == (1 if told(findings, "wrong") else 0)
    assert bool(told(findings, "wrong")) == (verdict == "wrong"), findings


def test_a_short_secret(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY="fifteen-letters")
    server.start()
    _, findings = examined(server)
    assert (
        "master key",
        "NOT_MY_KEY has 15 bytes, which can be guessed: `jwks-server master-key rotate` makes another",
    ) in told(findings, "warning")


def test_a_full_disk(prepared_server: MakeServer, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2_000) as disk:
        server = prepared_server(**QUICK, JWKS_DATABASE=f"sqlite:{disk}/keys.db")
        server.start()
        itself(server)
        result = server.run("doctor")
        assert result.returncode == 1
        [line] = [line for line in result.stdout.splitlines() if line.startswith("wrong")]
        assert line.split()[1] == "disk" and "make room, or nothing can be written" in line
        server.stop()


def test_a_file_of_another_user(server: MakeServer) -> None:
    if os.geteuid() != 0:
        pytest.skip("only a superuser has several users")
    running = server(**QUICK)
    rest(running)
    running.stop()
    running.directory.chmod(0o777)
    for folder in running.directory.parents:
        if folder.stat().st_uid == os.geteuid() and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    result = subprocess.run(
        [running.binary, "doctor", "--json"],
        cwd=running.directory,
        env=running.environment(),
        capture_output=True,
        text=True,
        timeout=30,
        user=65_534,
        group=65_534,
        extra_groups=[],
    )
    findings = json.loads(result.stdout)["findings"]
    assert result.returncode == 1
    assert any("cannot be read and written by this user" in text for _, text in told(findings, "wrong")), findings


def test_of_the_original(prepared_server: MakeServer) -> None:
    server = prepared_server(NOT_MY_KEY=original.SECRET)
    original.place_in(server.directory)
    server.database.chmod(0o600)
    before = database.digests(server.directory)
    code, findings = examined(server)
    assert code == 0, findings
    assert ("keys", "every key opens: 1 of the original, 2 of the original") in told(findings, "ok")
    assert database.digests(server.directory) == before


def test_on_postgres(node: MakeServer, empty_database: Database) -> None:
    server = node(**QUICK)
    code, findings = examined(server)
    [(check, text)] = told(findings, "wrong")
    assert code == 1 and check == "keys" and text.startswith(f"there is no database at {place(empty_database)}: ")
    server.start()
    server.client.new_user("somebody")
    del server.settings["JWKS_RATE_LIMIT"]
    before = empty_database.dump()
    code, findings = examined(server)
    assert code == 0 and not told(findings, "wrong"), findings
    well = told(findings, "ok")
    assert ("database", place(empty_database)) in well
    assert any(check == "versions" and text.startswith("PostgreSQL 1") for check, text in well)
    assert ("passwords", "the hash of the one account can be read") in well
    assert empty_database.dump() == before
    empty_database.psql("UPDATE users SET password_hash = 'x';")
    code, findings = examined(server)
    assert code == 1 and [check for check, _ in told(findings, "wrong")] == ["passwords"]


def test_where_postgres_is_not(prepared_server: MakeServer) -> None:
    server = prepared_server(JWKS_DATABASE="postgres://nobody:hunter2@127.0.0.1:1/none")
    code, findings = examined(server)
    assert code == 1 and "hunter2" not in str(findings)
    assert {check for check, _ in told(findings, "wrong")} == {"keys", "database"}


def place(target: Database) -> str:
    host, _, rest_ = target.url.split("@")[1].partition("/")
    return f"PostgreSQL at {host}, database {rest_}"

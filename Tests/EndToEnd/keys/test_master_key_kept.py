"""`master-key rotate` keeps the new secret: where the old one is, whatever happens meanwhile."""

import contextlib
import random
import subprocess
import time
from pathlib import Path

import pytest

from support import envelope
from support.rotation import ON_DEMAND, rest
from support.server import BINARY, CONFIGURATION_ERROR, DEADLINE, SECRET, MakeServer, Server

KILLS = 25
SEED = 20261124
ENDED = "wait until it has ended; nothing was changed"


def secret_in(file: Path) -> str | None:
    if not file.exists():
        return None
    for line in file.read_text().splitlines():
        if line.startswith("NOT_MY_KEY="):
            return line.removeprefix("NOT_MY_KEY=")
    return file.read_text().strip()


def kept_in(kind: str, make: MakeServer) -> tuple[Server, Path]:
    """A server that has run, whose secret is in `.env` or in a file of its own."""
    running = make(**ON_DEMAND)
    rest(running)
    running.stop()
    del running.settings["NOT_MY_KEY"]
    if kind == ".env":
        file = running.directory / ".env"
        file.write_text(f"# ours\nNOT_MY_KEY={SECRET}\nJWKS_LOG_LEVEL=debug\n")
    else:
        file = running.directory / "master.key"
        file.write_text(f"{SECRET}\n")
        running.settings["NOT_MY_KEY_FILE"] = "master.key"
    file.chmod(0o640)
    return running, file


@pytest.mark.parametrize("kind", [".env", "file"])
@pytest.mark.parametrize("given", [None, "a new secret with 'quotes' # and a hash"], ids=["made", "given"])
def test_the_new_secret_replaces_the_old(server: MakeServer, kind: str, given: str | None) -> None:
    stopped, file = kept_in(kind, server)
    if given:
        stopped.settings["NOT_MY_KEY_NEW"] = given
    result = stopped.run("master-key", "rotate")
    assert result.returncode == 0 and f"which is in {file} now" in result.stdout, result
    stopped.settings.pop("NOT_MY_KEY_NEW", None)
    assert not file.with_name(f"{file.name}.new").exists()
    assert file.stat().st_mode & 0o777 == 0o640
    assert SECRET not in file.read_text()
    if kind == ".env":
        assert "# ours\n" in file.read_text() and file.read_text().endswith("JWKS_LOG_LEVEL=debug\n")
    new = given or secret_in(file)
    assert new and len(new) >= 32 and new not in result.stdout + result.stderr
    assert envelope.opens(stopped.database, new)
    stopped.start()


@pytest.mark.parametrize("kind", [".env", "file"])
def test_sigkill_leaves_a_file_that_opens_everything(server: MakeServer, kind: str) -> None:
    stopped, file = kept_in(kind, server)
    pending = file.with_name(f"{file.name}.new")
    chance = random.Random(SEED)
    for _ in range(KILLS):
        process = subprocess.Popen(
            [BINARY, "master-key", "rotate"],
            cwd=stopped.directory,
            env=stopped.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0, 0.6))
        process.kill()
        process.wait()
        opening = []
        for candidate in (file, pending):
            secret = secret_in(candidate)
            with contextlib.suppress(envelope.CannotOpen):
                if secret and envelope.opens(stopped.database, secret):
                    opening.append(candidate)
        assert opening, "no file opens the database"
        if file not in opening:
            # As the page says.
            pending.rename(file)
    stopped.start()


@pytest.mark.parametrize("kind", [".env", "file"])
def test_two_at_once_leave_a_file_that_opens_everything(server: MakeServer, kind: str) -> None:
    stopped, file = kept_in(kind, server)
    for _ in range(5):
        both = [
            subprocess.Popen(
                [BINARY, "master-key", "rotate"],
                cwd=stopped.directory,
                env=stopped.environment(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(2)
        ]
        said = {process.communicate(timeout=DEADLINE)[1]: process.returncode for process in both}
        assert sorted(said.values()) == [0, 1], said
        secret = secret_in(file)
        assert secret and envelope.opens(stopped.database, secret)
        assert not file.with_name(f"{file.name}.new").exists()
        [line] = [line for line, code in said.items() if code == 1]
        assert line == f"jwks-server: another master-key rotate is changing {file}: {ENDED}\n"
    stopped.start()


def test_a_secret_that_the_file_cannot_hold_changes_nothing(server: MakeServer) -> None:
    stopped, file = kept_in(".env", server)
    before = file.read_text()
    stopped.settings["NOT_MY_KEY_NEW"] = "two\nlines"
    result = stopped.run("master-key", "rotate")
    assert result.returncode == 1 and "NOT_MY_KEY_NEW_FILE" in result.stderr
    assert file.read_text() == before and envelope.opens(stopped.database, SECRET)


@pytest.mark.parametrize("kind", [".env", "file"])
def test_a_start_names_the_file_that_an_interrupted_change_left(server: MakeServer, kind: str) -> None:
    stopped, file = kept_in(kind, server)
    before = file.read_text()
    assert stopped.run("master-key", "rotate").returncode == 0
    # As SIGKILL between the new seals and the new name leaves it.
    pending = file.with_name(f"{file.name}.new")
    file.rename(pending)
    file.write_text(before)

    code, line = stopped.refusal()
    assert code == CONFIGURATION_ERROR
    assert f"the secret in {pending} does" in line and f"mv {pending} {file}" in line
    assert SECRET not in line and (secret_in(pending) or "") not in line
    doctor = stopped.run("doctor")
    assert doctor.returncode == 1 and f"mv {pending} {file}" in doctor.stdout
    command = stopped.run("keys", "rotate")
    assert command.returncode == CONFIGURATION_ERROR and f"mv {pending} {file}" in command.stderr

    # One that opens nothing is not named.
    kept = pending.read_text()
    pending.write_text(before.replace(SECRET, "a-secret-that-opens-nothing-at-all"))
    code, line = stopped.refusal()
    assert code == CONFIGURATION_ERROR and ".new" not in line and "does not open this database" in line

    pending.write_text(kept)
    pending.rename(file)
    # Ended before a key was changed: nothing is wrong, and a secret lies about.
    pending.write_text(before)
    lines = stopped.run("doctor").stdout.splitlines()
    assert any("warning" in line and f"{pending} was left by a master-key rotate" in line for line in lines), lines
    pending.unlink()
    stopped.start()

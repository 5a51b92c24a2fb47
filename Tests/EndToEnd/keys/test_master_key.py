"""`master-key rotate`: every row under the new secret, or every row under the old one."""

import contextlib
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable

import pytest

from support import database, envelope
from support.rotation import ON_DEMAND, Account, at_rest, command, kid_of, refusal, rest, states, the, until, verifies
from support.server import BINARY, CONFIGURATION_ERROR, DEADLINE, SECRET, WRONG_SECRET, MakeServer, Server

NEW_SECRET = "a-new-end-to-end-secret-of-nobody"
KILLS = 25
SEED = 20260102


@pytest.fixture
def stopped(server: MakeServer) -> Server:
    """A server with a database of its own, stopped cleanly."""
    running = server(**ON_DEMAND)
    rest(running)
    running.stop()
    return running


def contents(server: Server, secret: str) -> dict[int, bytes]:
    """What is in the rows, opened."""
    return {kid: envelope.encoded(key) for kid, key in envelope.open_all(server.database, secret).items()}


def changing(make: MakeServer, server: Server, secret: str, **settings: str | None) -> Server:
    """What changes the master key of `server` to `secret`, which is kept in a file."""
    file = server.directory.with_suffix(".new-secret")
    file.write_text(secret)
    file.chmod(0o600)
    return make(server.directory, NOT_MY_KEY_NEW_FILE=str(file), **settings)


def assert_changed(server: Server, before: dict[int, bytes]) -> None:
    """Every row holds what it held, under the new secret alone."""
    assert contents(server, NEW_SECRET) == before
    assert not envelope.opens(server.database, SECRET)
    [record] = envelope.records(server.database)
    assert record.handover is None


def test_while_the_server_is_stopped(stopped: Server, prepared_server: MakeServer) -> None:
    before = contents(stopped, SECRET), states(stopped)
    [old] = envelope.records(stopped.database)
    result = changing(prepared_server, stopped, NEW_SECRET).run("master-key", "rotate")
    assert result.returncode == 0 and result.stderr == f"jwks-server: in {stopped.database}\n"
    assert f"{len(before[0])} keys" in result.stdout
    assert SECRET not in result.stdout and NEW_SECRET not in result.stdout

    assert_changed(stopped, before[0])
    assert states(stopped) == before[1]
    # Nothing that the old secret could open is left in any page.
    for file in stopped.directory.iterdir():
        assert bytes.fromhex(old.id) not in file.read_bytes(), file.name

    digests = at_rest(stopped)
    code, line = stopped.refusal()
    assert code == CONFIGURATION_ERROR and "NOT_MY_KEY" in line
    assert at_rest(stopped) == digests

    stopped.settings["NOT_MY_KEY"] = NEW_SECRET
    stopped.start()
    assert Account.at(stopped).signing_kid() in stopped.client.published_kids()


def test_the_secrets_from_files(stopped: Server, prepared_server: MakeServer) -> None:
    (stopped.directory / "old").write_text(f"{SECRET}\n")
    (stopped.directory / "new").write_text(f"{NEW_SECRET}\n")
    settings = {"NOT_MY_KEY": None, "NOT_MY_KEY_FILE": "old", "NOT_MY_KEY_NEW_FILE": "new"}
    change_and_kill(prepared_server(stopped.directory, **settings))
    stopped.settings["NOT_MY_KEY"] = NEW_SECRET
    stopped.start()


def test_while_the_server_runs(server: MakeServer, prepared_server: MakeServer) -> None:
    running = server(**ON_DEMAND)
    rest(running)
    resident = Account.at(running)
    before = contents(running, SECRET)
    keys = running.client.jwks()
    [old] = envelope.records(running.database)
    old_key = envelope.derive(old, SECRET)

    over = threading.Event()
    tokens: list[str] = []
    logins = threading.Thread(target=lambda: log_in_until(over, resident, tokens))
    logins.start()
    try:
        process = start_command(changing(prepared_server, running, NEW_SECRET))
        # Meanwhile the new key-encryption key can be had with the old one, and by nobody else.
        handed_over = until(
            lambda: next((record for record in envelope.records(running.database) if record.handover), None),
            "the handover",
        )
        assert envelope.open_handover(handed_over, old_key) == envelope.derive(handed_over, NEW_SECRET)
        assert process.wait(DEADLINE) == 0
        assert_changed(running, before)
        count = len(tokens)
        until(lambda: len(tokens) > count + 10, "tokens afterwards")
    finally:
        over.set()
        logins.join()
    assert all(verifies(token, keys) for token in tokens[-10:])

    # The running server seals what it makes from now on under the new secret.
    active, successor = resident.signing_kid(), the("published", running)
    running.settings["NOT_MY_KEY"] = NEW_SECRET
    command(running, "keys", "rotate")
    until(lambda: resident.signing_kid() == successor, "the rotation")
    made = the("published", running)
    assert made not in (active, successor)
    assert int(made) in contents(running, NEW_SECRET)

    running.stop()
    running.start()
    assert resident.signing_kid() == successor and made in running.client.published_kids()
    running.stop()
    running.settings["NOT_MY_KEY"] = SECRET
    assert running.refusal()[0] == CONFIGURATION_ERROR


def log_in_until(over: threading.Event, resident: Account, tokens: list[str]) -> None:
    while not over.wait(0.02):
        tokens.append(resident.token())


def start_command(server: Server) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [BINARY, "master-key", "rotate"],
        cwd=server.directory,
        env=server.environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def change_and_kill(server: Server) -> None:
    """Does not wait for the command to let a running server follow."""
    before = envelope.records(server.database)
    process = start_command(server)
    until(lambda: envelope.records(server.database) != before, "the change")
    process.kill()
    process.wait()


def test_sigkill_leaves_one_secret_that_opens_everything(
    stopped: Server, prepared_server: MakeServer, report: Callable[[str], None]
) -> None:
    before = contents(stopped, SECRET)
    secret = SECRET
    chance = random.Random(SEED)

    def secrets_that_open(*candidates: str) -> list[str]:
        opening = []
        for candidate in candidates:
            with contextlib.suppress(envelope.CannotOpen):
                assert contents(stopped, candidate) == before
                opening.append(candidate)
        return opening

    # How long a change takes here, so that the deaths come before, in and after it.
    begin = time.monotonic()
    change_and_kill(changing(prepared_server, stopped, "secret 0"))
    longest = 1.5 * (time.monotonic() - begin)
    assert secrets_that_open(secret, "secret 0") == ["secret 0"]
    secret = "secret 0"

    changes = 0
    for number in range(1, KILLS + 1):
        next_secret = f"secret {number}"
        process = start_command(changing(prepared_server, stopped, next_secret, NOT_MY_KEY=secret))
        time.sleep(chance.uniform(0, longest))
        process.kill()
        process.wait()
        database.assert_sound(stopped.database)
        [opening] = secrets_that_open(secret, next_secret)
        changes += opening == next_secret
        secret = opening
    report(f"master-key rotate: {KILLS} SIGKILLs within {longest * 1000:.0f} ms, {changes} after the change")

    stopped.settings["NOT_MY_KEY"] = secret
    stopped.start()
    assert Account.at(stopped).signing_kid() in stopped.client.published_kids()


def test_a_handover_left_by_a_kill_is_ended_by_the_server(stopped: Server, prepared_server: MakeServer) -> None:
    change_and_kill(changing(prepared_server, stopped, NEW_SECRET))
    [record] = envelope.records(stopped.database)
    assert record.handover is not None
    # As if that had been a minute ago: running servers have had their time.
    database.change(stopped.database, "UPDATE key_encryption_keys SET created_at = created_at - 60000")

    stopped.settings["NOT_MY_KEY"] = NEW_SECRET
    stopped.start()
    until(lambda: envelope.records(stopped.database)[0].handover is None, "the handover is gone")
    assert envelope.opens(stopped.database, NEW_SECRET)


def test_a_server_that_could_not_follow_harms_nothing(server: MakeServer, prepared_server: MakeServer) -> None:
    running = server(**ON_DEMAND)
    rest(running)
    resident = Account.at(running)
    before = contents(running, SECRET)
    # Frozen, it misses the whole change, the end of the handover included.
    assert running.process is not None
    running.process.send_signal(signal.SIGSTOP)
    change_and_kill(changing(prepared_server, running, NEW_SECRET))
    database.change(running.database, "UPDATE key_encryption_keys SET handover = NULL")
    running.process.send_signal(signal.SIGCONT)
    until(lambda: "restart" in running.log.read_text(), "the log says what to do")

    # It goes on with the keys it has, and writes none that nobody could open.
    assert kid_of(resident.token()) in running.client.published_kids()
    time.sleep(1.5)
    assert contents(running, NEW_SECRET) == before
    running.stop()
    running.settings["NOT_MY_KEY"] = NEW_SECRET
    running.start()
    assert resident.signing_kid() in running.client.published_kids()


REFUSED: list[tuple[dict[str, str | None], str]] = [
    ({}, "NOT_MY_KEY_NEW_FILE"),
    ({"NOT_MY_KEY_NEW": ""}, "NOT_MY_KEY_NEW_FILE"),
    # Kept nowhere, it would be gone with the shell that made it.
    ({"NOT_MY_KEY_NEW": NEW_SECRET}, "NOT_MY_KEY_NEW_FILE"),
    ({"NOT_MY_KEY_NEW_FILE": "missing"}, "NOT_MY_KEY_NEW_FILE"),
    ({"NOT_MY_KEY_NEW": NEW_SECRET, "NOT_MY_KEY_NEW_FILE": "missing"}, "NOT_MY_KEY_NEW_FILE"),
    ({"NOT_MY_KEY_NEW": NEW_SECRET, "NOT_MY_KEY": None}, "NOT_MY_KEY"),
    ({"NOT_MY_KEY_NEW_FILE": "/proc/sys/kernel/ostype", "NOT_MY_KEY": WRONG_SECRET}, "NOT_MY_KEY"),
]


def test_what_is_refused(stopped: Server, prepared_server: MakeServer) -> None:
    before = at_rest(stopped)
    for settings, named in REFUSED:
        code, line = refusal(prepared_server(stopped.directory, **settings).run("master-key", "rotate"))
        assert code == CONFIGURATION_ERROR and named in line, settings
        assert WRONG_SECRET not in line and NEW_SECRET not in line
        assert at_rest(stopped) == before, settings

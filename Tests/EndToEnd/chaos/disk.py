"""The disk is full, at a start and under a server that runs, and has room again; and a limit on the size of files."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chaos.command import run_beside
from chaos.judge import Judge
from chaos.stage import Stage
from chaos.witness import SQLiteWitness
from support import database

FULL, LIMIT = "full-disk", "file-limit"
PAGE = 4096
# The write-ahead log alone takes 4 MB before it is folded in.
DISK = 24 << 20


@contextmanager
def _mounted(directory: Path, size: int) -> Iterator[bool]:
    """Whether it is a small disk of its own now."""
    directory.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(directory)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode != 0:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "--lazy", directory], check=True)


def _fill(ballast: Path) -> None:
    with ballast.open("ab", buffering=0) as file:
        try:
            while True:
                file.write(bytes(PAGE))
        except OSError:
            pass


def play_full(stage: Stage) -> None:
    with _mounted(stage.directory / "disk", DISK) as is_mounted:
        if not is_mounted:
            stage.tally.lacking = "right to mount a tmpfs"
            return
        disk = stage.directory / "disk"
        stage.server.database = disk / database.FILE_NAME
        stage.server.settings["JWKS_DATABASE"] = f"sqlite:{stage.server.database}"
        stage.witness = SQLiteWitness(stage.server.database)
        _fill_and_free(stage, disk / "ballast")


def _fill_and_free(stage: Stage, ballast: Path) -> None:
    judge = Judge(stage)
    stage.may_be_silent = False
    _first_starts(stage, ballast)
    for _ in range(stage.form.rounds):
        stage.must_start()
        with stage.disturbed(), stage.callers():
            stage.calls_succeed()
            before = stage.resources()
            _fill(ballast)
            stage.until("not ready on a full disk", lambda: stage.readiness() == 503)
            stage.until("the JWK Set on a full disk", lambda: stage.server.client.jwks())
            # Commands say so in a line; callers are told 503.
            run_beside(stage, "keys", "rotate")
            if stage.chance.random() < 0.7:
                ballast.unlink()
                stage.until("ready again", lambda: stage.readiness() == 200)
                stage.calls_succeed()
                judge.tokens()
                stage.resources_come_back(before)
            else:
                stage.may_be_silent = True
                stage.kill()
        stage.stop()
        judge.database(settled=True)
        if ballast.exists():
            _fill(ballast)
            stage.tally.disturbances += 1
            if stage.start():
                stage.kill()
            ballast.unlink()
    stage.must_start()
    judge.all()


def _first_starts(stage: Stage, ballast: Path) -> None:
    """With a few pages left there may be no database; then that is said, and what is left of it hinders nobody."""
    for _ in range(2 * stage.form.rounds):
        _fill(ballast)
        with ballast.open("ab") as file:
            file.truncate(file.tell() - stage.chance.randrange(60) * PAGE)
        stage.tally.disturbances += 1
        if _starts_or_tries(stage):
            stage.kill()
        ballast.unlink()
        for file in stage.server.database.parent.glob(f"{database.FILE_NAME}*"):
            file.unlink()


def _starts_or_tries(stage: Stage) -> bool:
    """A first key that cannot be stored is tried again for 30 seconds: that it says why is all that is waited for."""
    stage.spawn()

    def is_decided() -> bool:
        process = stage.server.process
        assert process is not None
        return process.poll() is not None or stage.answers() or " ERROR " in stage.said

    stage.until("an answer, an end or a line", is_decided)
    if stage.server.process is not None and (code := stage.server.process.poll()) is not None:
        stage.server.process = None
        stage.ended(code)
    return stage.server.process is not None


def play_limit(stage: Stage) -> None:
    """Not even the signal that comes with it ends the server: for its database, and for its log."""
    judge = Judge(stage)
    stage.may_be_silent = False
    stage.server.settings["JWKS_LOG_LEVEL"] = "debug"
    for _ in range(stage.form.rounds):
        stage.must_start()
        assert stage.server.process is not None
        with stage.callers():
            stage.calls_succeed()
            before = stage.resources()
            with stage.disturbed():
                files = [stage.server.log, Path(f"{stage.server.database}-wal")]
                _limit(stage, min(file.stat().st_size for file in files))
                stage.until("not ready at the limit", lambda: stage.readiness() == 503)
                stage.still_runs()
                _limit(stage, resource.RLIM_INFINITY)
                stage.until("ready again", lambda: stage.readiness() == 200)
                stage.calls_succeed()
            judge.tokens()
            stage.resources_come_back(before)
        stage.stop()
        judge.database(settled=True)
    stage.must_start()
    judge.all()


def _limit(stage: Stage, size: int) -> None:
    assert stage.server.process is not None
    _, hard = resource.prlimit(stage.server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(stage.server.process.pid, resource.RLIMIT_FSIZE, (size, hard))

"""Whoever reads the log is killed or stops reading, or the disk under it is full: it costs lines and nothing else."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from chaos.judge import Judge
from chaos.stage import Stage

NAME = "log-reader"
# Some 120 bytes each at level debug: more than the megabyte that may wait.
LINES = 12_000


@contextmanager
def _reader(stage: Stage) -> Iterator[subprocess.Popen[bytes]]:
    """A process that reads the log of the next start and writes it where it belongs."""
    reading, writing = os.pipe()
    with stage.server.log.open("ab") as log:
        process = subprocess.Popen(["cat"], stdin=reading, stdout=log, start_new_session=True)
    os.close(reading)
    stage.standard_error = writing
    try:
        yield process
    finally:
        os.close(writing)
        stage.standard_error = None
        process.kill()
        process.wait()


@contextmanager
def _disturbed(stage: Stage) -> Iterator[subprocess.Popen[bytes]]:
    """The reader of a server that runs among callers and costs nothing more afterwards than before."""
    with _reader(stage) as reader:
        stage.must_start()
        with stage.callers():
            stage.calls_succeed()
            before = stage.resources()
            with stage.disturbed():
                yield reader
            stage.resources_come_back(before)
        stage.stop()


def _ask_often(stage: Stage) -> None:
    connection = stage.server.client.connect()
    for _ in range(LINES):
        connection.request("GET", "/health/live")
        connection.getresponse().read()
    connection.close()


def _killed(stage: Stage) -> None:
    with _disturbed(stage) as reader:
        reader.kill()
        reader.wait()
        stage.calls_succeed(30)
        stage.still_runs()


def _stalled(stage: Stage) -> None:
    with _disturbed(stage) as reader:
        os.kill(reader.pid, signal.SIGSTOP)
        _ask_often(stage)
        stage.calls_succeed(30)
        os.kill(reader.pid, signal.SIGCONT)
        stage.until("the log counts its lost lines", lambda: "lines of the log were lost count=" in stage.said)


def _on_a_full_disk(stage: Stage) -> None:
    stage.standard_error = os.open("/dev/full", os.O_WRONLY)
    stage.must_start()
    with stage.callers(), stage.disturbed():
        stage.calls_succeed(30)
        stage.still_runs()
        _command(stage, stage.standard_error)
    stage.stop()
    os.close(stage.standard_error)
    stage.standard_error = None


def _command(stage: Stage, standard_error: int) -> None:
    """What it did is done, whoever hears of it."""
    result = subprocess.run(
        [stage.server.binary, "keys", "rotate"],
        cwd=stage.server.directory,
        env=stage.server.environment(),
        stdout=subprocess.DEVNULL,
        stderr=standard_error,
        timeout=30,
    )
    if result.returncode != 0:
        stage.tally.find(f"keys rotate with a full disk under its messages ended with {result.returncode}")


def play(stage: Stage) -> None:
    stage.server.settings["JWKS_LOG_LEVEL"] = "debug"
    judge = Judge(stage)
    stage.may_be_silent = False
    for _ in range(stage.form.rounds):
        for disturb in (_killed, _stalled, _on_a_full_disk):
            disturb(stage)
            judge.database(settled=True)
    stage.must_start()
    judge.all()

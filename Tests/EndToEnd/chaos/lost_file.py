"""The database's file is deleted, moved or replaced under a server that runs."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from chaos.judge import Judge
from chaos.stage import Stage

NAME = "lost-file"
NOTICED_WITHIN = 10
ENDS_WITHIN = 30


def play(stage: Stage) -> None:
    judge = Judge(stage)
    for number in range(stage.form.rounds):
        for kind in ("moved back", "deleted") if number % 2 == 0 else ("moved back", "replaced"):
            _round(stage, judge, kind)
            judge.database(settled=True)
    stage.must_start()
    judge.all()


def _round(stage: Stage, judge: Judge, kind: str) -> None:
    stage.must_start()
    stage.may_be_silent = False
    file = stage.server.database
    away = file.with_name("away.db")
    with stage.disturbed(), stage.callers():
        stage.calls_succeed()
        judge.tokens()
        if kind == "replaced":
            backup = file.with_name("backup.db")
            with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(backup)) as target:
                source.backup(target)
        # What is deleted has a second name, or nothing could be said of it afterwards.
        if kind == "deleted":
            away.hardlink_to(file)
            file.unlink()
        else:
            file.rename(away)
        if kind == "replaced":
            backup.rename(file)
        _refuses(stage)
        if kind == "moved back":
            stage.until("it is noticed", lambda: "the database is lost" in stage.said, NOTICED_WITHIN)
            away.rename(file)
            stage.until("ready again", lambda: stage.readiness() == 200)
            stage.calls_succeed()
        else:
            stage.may_be_silent = True
            _ends(stage)
    stage.may_be_silent = True
    stage.stop()
    if kind != "moved back":
        for suffix in ("", "-wal", "-shm"):
            Path(f"{file}{suffix}").unlink(missing_ok=True)
        shutil.move(away, file)


def _refuses(stage: Stage) -> None:
    """A registration that begins now is not acknowledged."""
    answer = stage.server.client.register(f"lost-{stage.tally.disturbances}-{stage.name}")
    if answer.status != 503:
        stage.tally.find(f"a registration without a database was answered {answer.status}")
    if stage.readiness() != 503:
        stage.tally.find("ready without a database")


def _ends(stage: Stage) -> None:
    process = stage.server.process
    assert process is not None
    try:
        code = process.wait(ENDS_WITHIN)
    except subprocess.TimeoutExpired:
        stage.tally.find(f"it goes on without a database for {ENDS_WITHIN} s")
        return
    stage.server.process = None
    stage.ended(code)

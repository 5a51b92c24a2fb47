"""Another process holds the database, and lets it go or dies."""

import subprocess
import sys
import time

from chaos.judge import Judge
from chaos.stage import Stage

NAME = "locked"
_HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


def play(stage: Stage) -> None:
    judge = Judge(stage)
    stage.may_be_silent = False
    stage.must_start()
    with stage.callers():
        stage.calls_succeed()
        before = stage.resources()
        for _ in range(min(2, stage.form.rounds)):
            with stage.disturbed():
                _hold(stage)
                stage.until("ready again", lambda: stage.readiness() == 200)
                judge.tokens()
                stage.calls_succeed()
        stage.resources_come_back(before)
    judge.all()


def _hold(stage: Stage) -> None:
    command = [sys.executable, "-c", _HOLD, str(stage.server.database)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdin is not None and holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        end = time.monotonic() + stage.form.locked
        stage.until("not ready while it is locked", lambda: stage.readiness() == 503)
        written = len(stage.ledger.accounts)
        stage.until("the JWK Set while it is locked", lambda: stage.server.client.jwks())
        # The disturbance itself: it is held for so long.
        time.sleep(max(0, end - time.monotonic()))
        if len(stage.ledger.accounts) > written:
            stage.tally.find("a registration was acknowledged while the database was locked")
        if stage.readiness() != 503:
            stage.tally.find("ready while it is locked")
    finally:
        if stage.chance.random() < 0.5:
            holder.kill()
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()

"""The process is stopped and goes on, as under a debugger or in a virtual machine that is moved."""

import signal
import time

from chaos.command import run_beside
from chaos.judge import Judge
from chaos.stage import Stage

NAME = "frozen"


def play(stage: Stage) -> None:
    judge = Judge(stage)
    stage.must_start()
    assert stage.server.process is not None
    with stage.callers():
        stage.calls_succeed()
        before = stage.resources()
        for _ in range(min(3, stage.form.rounds)):
            with stage.disturbed(may_be_silent=True):
                stage.server.process.send_signal(signal.SIGSTOP)
                # The disturbance itself.
                time.sleep(stage.form.frozen)
                # What the command changes meanwhile is met when it goes on. Stopped in the middle of a commit, it holds
                # the database.
                run_beside(stage, "keys", "rotate")
                stage.server.process.send_signal(signal.SIGCONT)
                stage.until("ready again", lambda: stage.readiness() == 200)
                stage.calls_succeed()
            judge.tokens()
        stage.resources_come_back(before)
    judge.all()
